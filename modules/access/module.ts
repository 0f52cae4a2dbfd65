import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import { publish } from "@pigeonhole/kit/outbox";
import { codeDigits as usualCodeDigits } from "@pigeonhole/protocol/codes";
import { courierRights } from "./carrying.ts";
import { giveCommand } from "./commands.ts";
import { conditions } from "./conditions/conditions.ts";
import { accessConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { decide } from "./decisions.ts";
import * as domain from "./domain.ts";
import { CommandGiven } from "./events.ts";
import { beginAnew, follow } from "./following.ts";
import { extending } from "./extending/extending.ts";
import { requireModule } from "./callers.ts";
import { createKeyring } from "./keyring.ts";
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
import { returning } from "./returning/returning.ts";
import { databaseSigner } from "./signer.ts";
import type { Needs } from "./needs.ts";

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
  routes.route("/", conditions(needs).routes);
  routes.route("/", proxies(needs).routes);
  routes.route("/", returning(needs).routes);

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
