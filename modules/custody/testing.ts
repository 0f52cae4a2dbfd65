// A module of custody for its tests: a real database, and facts as parcels and devices would publish them.
import { generateKeyPairSync } from "node:crypto";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { Attested } from "@pigeonhole/devices/events";
import type { Actor, Who } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { consumeBatch, enrolConsumers, retryParked } from "@pigeonhole/kit/consume";
import { connect } from "@pigeonhole/kit/db";
import { silentLog as log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { testDatabase } from "@pigeonhole/kit/testing";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { publicKeyText } from "@pigeonhole/protocol/envelope";
import type { Envelope } from "@pigeonhole/protocol/messages";
import { sql } from "kysely";
import type { CustodyApi } from "./contract.ts";
import { custodyMigrations } from "./migrations.ts";
import { custody } from "./module.ts";
import type { Tables } from "./tables.ts";

export const now = (): Date => new Date("2026-03-02T12:00:00.000Z");

/** The authority, as devices has it. */
export interface TestAuthority {
  readonly certificate: string;
  certifyReceipts(publicKey: string): Promise<string>;
}

export async function startCustody(ca: TestAuthority) {
  const server = await testDatabase([custodyMigrations]);
  const db = connect<Tables>(await server.fresh());
  const receipts = generateKeyPairSync("ed25519");
  const recipients = new Map<string, string>();
  const who: Who = async (c, ...kinds) => {
    const actor = JSON.parse(c.req.header("x-actor") ?? "null") as Actor | null;
    if (!actor) throw new Refused("not_signed_in", "nobody");
    if (!(kinds as readonly string[]).includes(actor.kind)) throw new Refused("not_allowed", "another kind");
    return actor as never;
  };
  const json = (body: unknown, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });
  let certified = 0;
  const module = custody({
    db,
    who,
    now,
    log,
    publicUrl: "https://lockers.example.org",
    receiptKey: { kid: publicKeyText(receipts.publicKey).slice(0, 12), key: receipts.privateKey },
    parcels: client<ParcelApi>("http://parcels", {
      fetch: async (input) =>
        json({ recipient: { email: recipients.get(String(input).split("/").at(-2)!) ?? "" }, owner: "", station: "", number: "" }),
    }),
    devices: client<DeviceApi>("http://devices", {
      fetch: async () => {
        certified++;
        return json({ certificate: await ca.certifyReceipts(publicKeyText(receipts.publicKey)), authority: ca.certificate }, 201);
      },
    }),
  });
  const consume = async (): Promise<void> => {
    await enrolConsumers(db as never, [module.consumers]);
    for (let i = 0; i < 100; i++) {
      await consumeBatch(db as never, module.consumers, now, log);
      await retryParked(db as never, module.consumers, now, log);
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from kit.outbox o
        where not exists (select from kit.inbox i where i.consumer = 'custody' and i.event = o.id)`.execute(db);
      if (rows[0]!.n === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error("facts wait for ever");
  };
  return {
    db,
    recipients,
    certified: () => certified,
    as: (actor: Actor | undefined) =>
      client<CustodyApi>("http://test", {
        fetch: (input, init) => module.routes.request(input as string, init),
        ...(actor ? { headers: { "x-actor": JSON.stringify(actor) } } : {}),
      }),
    moved: async (parcel: string, more: Partial<Parameters<typeof ParcelMoved.payload.parse>[0] & object> = {}): Promise<void> => {
      const payload = {
        parcel,
        reservation: null,
        station: crypto.randomUUID(),
        compartment: 3,
        owner: "shop:0198f000-0000-7000-8000-000000000001",
        carrier: "swift",
        number: "482019374655",
        from: null,
        to: "reserved",
        expiresAt: null,
        ...more,
      };
      await db.transaction().execute((tx) => publish(tx, now(), ParcelMoved, payload as never));
      await consume();
    },
    attested: async (parcel: string, envelope: Envelope, { certificate }: { readonly certificate: string }): Promise<void> => {
      await db.transaction().execute((tx) => publish(tx, now(), Attested, { parcel, envelope, certificate }));
      await consume();
    },
    [Symbol.asyncDispose]: async () => {
      await db.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
