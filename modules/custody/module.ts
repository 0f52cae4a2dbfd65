import { createPublicKey } from "node:crypto";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import { actorText, requireScope, type Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { publicKeyText, type SigningKey } from "@pigeonhole/protocol/envelope";
import { fileText, format, Receipt } from "@pigeonhole/receipts/file";
import type { Context } from "hono";
import { custodyConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { custodianOf } from "./domain.ts";
import { epcisDocument } from "./epcis.ts";
import { keeping } from "./keeping.ts";
import * as read from "./queries/read.ts";
import type { HandOver } from "./queries/write.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly log: Log;
  /** Signs receipts, and nothing else. */
  readonly receiptKey: SigningKey;
  readonly parcels: Client<ParcelApi>;
  readonly devices: Client<DeviceApi>;
  /** Names in exported events begin with it. */
  readonly publicUrl: string;
}

/** The certificate of the receipts' key is asked for anew after so long, well before it ends. Milliseconds. */
const recertifyMs = 365 * 86_400_000;
const epcisType = "application/ld+json";
const noSuchParcel = (): Refused => new Refused("not_found", "There is no such parcel of yours.");

/** Who had a parcel when: one custodian at any time, each hand-over with its evidence, signed and chained (F2). */
export function custody({ db, who, now, log, receiptKey, parcels, devices, publicUrl }: Needs) {
  const publicKey = publicKeyText(createPublicKey(receiptKey.key));

  /** The hand-overs of a parcel that is the caller's to see; else it does not exist for them. */
  const seen = async (c: Context, id: string) => {
    const actor = await who(c, "customer", "courier", "shop", "carrier", "operator");
    if (actor.kind === "shop" || actor.kind === "carrier") requireScope(actor, "parcels");
    const parcel = await read.parcel(db, id);
    if (!parcel) throw noSuchParcel();
    const rows = await read.handOvers(db, id);
    const text = actorText(actor);
    const isTheirs =
      actor.kind === "operator" ||
      parcel.owner === text ||
      parcel.customer === text ||
      (actor.kind === "carrier" && parcel.carrier === actor.slug) ||
      (actor.kind === "courier" && rows.some((row) => row.actor === text)) ||
      (actor.kind === "customer" && (await isRecipient(id, actor.email)));
    if (!isTheirs) throw noSuchParcel();
    return { parcel, rows };
  };
  const isRecipient = async (id: string, email: string): Promise<boolean> => {
    const answer = await parcels.internal.parcels[":id"].recipient.$get({ param: { id } });
    if (answer.status === 404) return false;
    if (answer.status !== 200) throw new Error(`whose parcel it is: parcels answered ${answer.status}`);
    return (await answer.json()).recipient?.email === email;
  };
  const certified = async () => {
    const known = await read.signer(db, publicKey);
    if (known && now().getTime() - known.issued_at.getTime() < recertifyMs) return known;
    const answer = await devices.internal.devices["receipt-certificates"].$post({ json: { publicKey } });
    if (answer.status !== 201) throw new Error(`a certificate for receipts: devices answered ${answer.status}`);
    const { certificate, authority } = await answer.json();
    const row = { public_key: publicKey, certificate, authority, issued_at: now() };
    await read.keepSigner(db, row);
    return row;
  };

  const documentOf = (rows: readonly HandOver[]) =>
    epcisDocument(
      rows.map(({ body, digest }) => ({ receipt: Receipt.parse(JSON.parse(body)), digest })),
      publicUrl,
      now(),
    );

  const routes = contract.mount(router(contract.refusals, log), {
    get: async (c) => {
      const { parcel, rows } = await seen(c, c.req.valid("param").parcel);
      return c.json(
        {
          parcel: parcel.id,
          parcelNumber: parcel.number,
          holder: custodianOf(rows.at(-1)!.taker),
          handOvers: rows.map(view),
          isContradicted: await read.isContradicted(db, parcel.id),
        },
        200,
      );
    },
    file: async (c) => {
      const { parcel, rows } = await seen(c, c.req.valid("param").parcel);
      const { certificate, authority } = await certified();
      const evidence = await read.evidence(db, rows);
      const text = fileText({
        format,
        parcel: parcel.id,
        receipts: rows.map(({ sig, body }) => ({ sig, body })),
        events: evidence.map(({ sig, body }) => ({ sig, body })),
        certificates: [...new Set([certificate, ...evidence.map((each) => each.certificate)])],
        authority,
      });
      return c.body(text, 200, {
        "content-type": "application/vnd.pigeonhole.receipts",
        "content-disposition": `attachment; filename="receipts-${parcel.number}.json"`,
        "cache-control": "no-store",
      });
    },
    parcelEvents: async (c) => {
      const { rows } = await seen(c, c.req.valid("param").parcel);
      return c.json(documentOf(rows), 200, { "content-type": epcisType });
    },
    events: async (c) => {
      const actor = await who(c, "shop", "carrier");
      requireScope(actor, "parcels");
      const { from, to, after, limit } = c.req.valid("query");
      const whose = { owner: actorText(actor), carrier: actor.kind === "carrier" ? actor.slug : null };
      const rows = await read.handOversOf(db, whose, { from: new Date(from), to: new Date(to), after, limit });
      const next = new URLSearchParams({ from, to, limit: String(limit), after: rows.at(-1)?.digest ?? "" });
      if (rows.length === limit) c.header("link", `</api/epcis-events?${next}>; rel="next"`);
      return c.json(documentOf(rows), 200, { "content-type": epcisType });
    },
  });
  const jobs: readonly Job[] = [];
  return { routes, consumers: custodyConsumer({ now, keep: keeping(receiptKey) }), jobs };
}

function view(row: HandOver): contract.HandOver {
  const { number, from, to, at, compartment, evidence } = Receipt.parse(JSON.parse(row.body));
  const proof = evidence.kind === "station_event" ? { station: evidence.station, epoch: evidence.epoch, seq: evidence.seq } : null;
  return { number, from, to, at, compartment, proof, digest: row.digest };
}
