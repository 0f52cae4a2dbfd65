import type { DeviceApi } from "@pigeonhole/devices/contract";
import type { Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Random } from "@pigeonhole/kit/random";
import type { Seal } from "@pigeonhole/kit/seal";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { codeDigits as usualCodeDigits } from "@pigeonhole/protocol/codes";
import type { SigningKey } from "@pigeonhole/protocol/envelope";
import { courierRights } from "./carrying.ts";
import { giveCommand } from "./commands.ts";
import { accessConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { decide } from "./decisions.ts";
import * as domain from "./domain.ts";
import { CommandGiven } from "./events.ts";
import { beginAnew, follow } from "./following.ts";
import { extending } from "./extending/extending.ts";
import { requireModule } from "./callers.ts";
import { createKeyring, type Keyring } from "./keyring.ts";
import { phone } from "./phone/opening.ts";
import * as phoneAttempts from "./phone/queries.ts";
import { showPickup } from "./pickup.ts";
import { proxies } from "./proxies/proxies.ts";
import * as attempts from "./queries/attempts.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import * as signatures from "./queries/signatures.ts";
import * as openings from "./staff/queries.ts";
import { staff } from "./staff/opening.ts";
import { reissue } from "./reissue.ts";
import { databaseSigner, type SignerLimits } from "./signer.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly personal: Personal;
  readonly random: Random;
  /** The installation's first signing key; later ones are made by `keys rotate`. */
  readonly signingKey: SigningKey;
  readonly signerLimits?: SignerLimits;
  readonly parcels: Client<ParcelApi>;
  readonly devices: Client<DeviceApi>;
  readonly network: Client<NetworkApi>;
  /** Digits of a typed code; default 8. */
  readonly codeDigits?: number;
  /** Days to collect a parcel by service; default 3, 7 and 14 (A6.4). */
  readonly pickupWindowDays?: Readonly<Record<domain.Service, number>>;
}

/** A command that has not been answered after so long is `unknown` in the trail. Milliseconds. */
const settleAfterMs = 60_000;

export function access({ codeDigits = usualCodeDigits, pickupWindowDays = domain.pickupWindowDays, signerLimits, ...given }: Needs) {
  const keyring = createKeyring(given);
  const needs = { ...given, codeDigits, pickupWindowDays, keyring };
  const signer = databaseSigner({ ...needs, ...(signerLimits && { limits: signerLimits }) });
  const { db, who, now } = needs;

  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    pickup: async (c) => {
      const actor = await who(c, "customer", "module");
      const shown = await showPickup(needs, actor, c.req.valid("param").parcel);
      c.header("cache-control", "no-store");
      return c.json(shown, 200);
    },
    reissue: async (c) => {
      const actor = await who(c, "customer", "shop", "carrier", "operator");
      return c.json({ generation: await reissue(needs, actor, c.req.valid("param").parcel) }, 202);
    },
    command: async (c) => {
      requireModule(await who(c, "module"), "couriers");
      return c.json(await giveCommand(needs, c.req.valid("json")), 200);
    },
    follow: async (c) => {
      requireModule(await who(c, "module"), "couriers");
      const { parcel } = c.req.valid("param");
      const { reservation, from, to } = c.req.valid("json");
      await db.transaction().execute(async (tx) => {
        if (reservation !== null && to !== null)
          await follow(tx, needs, { reservation, parcel, why: "unusable", deliverBy: null, from, to });
        else await beginAnew(tx, needs, { parcel, station: from.station });
      });
      return c.json({}, 200);
    },
    courierRights: async (c) => {
      requireModule(await who(c, "module"), "couriers");
      return c.json({ rights: await courierRights(needs, c.req.valid("json").wanted) }, 200);
    },
    grantsOf: async (c) => {
      requireModule(await who(c, "module"), "devices");
      const rights = await grants.ofStation(db, c.req.valid("param").station, now(), domain.rememberedSince(now()));
      return c.json({ ...rights, signingKeys: await keyring.trusted() }, 200);
    },
    decide: async (c) => {
      requireModule(await who(c, "module"), "devices");
      return c.json(await decide(needs, c.req.valid("param").station, c.req.valid("json")), 200);
    },
    sign: async (c) => {
      requireModule(await who(c, "module"), "devices");
      return c.json(await signer.command(c.req.valid("json")), 200);
    },
    signDesired: async (c) => {
      requireModule(await who(c, "module"), "devices");
      return c.json(await signer.desired(c.req.valid("json")), 200);
    },
    keys: async (c) => {
      requireModule(await who(c, "module"), "devices");
      return c.json(await keyring.trusted(), 200);
    },
  });

  routes.route("/", phone(needs).routes);
  const doors = staff(needs);
  routes.route("/", doors.routes);
  routes.route("/", extending(needs).routes);
  routes.route("/", proxies(needs).routes);

  const jobs: readonly Job[] = [
    ...doors.jobs,
    {
      name: "access.settle",
      everySeconds: 30,
      run: async () => {
        for (const { id } of await attempts.unsettled(db, new Date(now().getTime() - settleAfterMs))) {
          await db.transaction().execute(async (tx) => {
            const command = await attempts.settle(tx, id, "unknown", "no answer was recorded");
            await openings.unanswered(tx, id);
            if (command) await publish(tx, now(), CommandGiven, { ...command, command: command.id, outcome: "unknown" });
          });
        }
      },
    },
    {
      name: "access.keys",
      everySeconds: 20,
      run: () =>
        keyring.advance(async (generation) => {
          const answer = await needs.devices.internal.devices.keys[":generation"].$get({ param: { generation: String(generation) } });
          if (answer.status !== 200) throw new Error(`who lacks the keys: devices answered ${answer.status}`);
          return (await answer.json()).lacking;
        }),
    },
    {
      name: "access.forget",
      everySeconds: 3_600,
      run: async () => {
        await codes.purge(db, domain.rememberedSince(now()));
        await attempts.purge(db, domain.rememberedSince(now()));
        await signatures.forget(db, domain.rememberedSince(now()));
        await phoneAttempts.forget(db, domain.rememberedSince(now()));
      },
    },
  ];
  return { routes, consumers: accessConsumer(needs), jobs };
}

/** The least that the parts of this module share. */
export type Access = Required<Omit<Needs, "signerLimits">> & { readonly keyring: Keyring };
