import { createHash } from "node:crypto";
import type { Tx } from "@pigeonhole/kit/db";
import { seal, type SigningKey } from "@pigeonhole/protocol/envelope";
import type { Envelope } from "@pigeonhole/protocol/messages";
import { Receipt, type Custodian } from "@pigeonhole/receipts/file";
import { StationEntry } from "@pigeonhole/receipts/station-entry";
import { custodianOf, custodianText, hear, type Step } from "./domain.ts";
import * as write from "./queries/write.ts";
import type { Tables } from "./tables.ts";

export const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A station's signed entry as devices tells it. */
export interface Attestation {
  readonly envelope: Envelope;
  readonly certificate: string;
}
export type EarlyNews =
  | { readonly kind: "shipped"; readonly carrier: string; readonly at: string }
  | { readonly kind: "handed_over"; readonly shop: string; readonly at: string }
  | ({ readonly kind: "attested" } & Attestation);

/** Writes custody down: each hand-over is stated, signed, and linked to the one before it. */
export function keeping(key: SigningKey) {
  async function append(
    tx: Tx<Tables>,
    parcel: { readonly id: string; readonly number: string },
    step: { readonly from: Custodian | null; readonly to: Custodian },
    more: Pick<Receipt, "at" | "compartment" | "evidence"> & { readonly actor: string | null },
  ): Promise<void> {
    const before = await write.last(tx, parcel.id);
    const previous = before?.digest ?? "0".repeat(64);
    const number = (before?.number ?? 0) + 1;
    const { at, compartment, evidence, actor } = more;
    const receipt: Receipt = { v: 1, parcel: parcel.id, parcelNumber: parcel.number, number, previous, ...step, at, compartment, evidence };
    const { body, sig } = seal("receipt", Receipt.parse(receipt), key);
    await write.add(tx, {
      parcel: parcel.id,
      number,
      before: before?.number ?? null,
      giver: step.from && custodianText(step.from),
      taker: custodianText(step.to),
      actor,
      evidence: evidence.kind === "station_event" ? evidence.digest : null,
      at: new Date(at),
      digest: digestOf(body),
      previous,
      sig,
      body,
    });
  }
  const byNetwork = (tx: Tx<Tables>, parcel: { id: string; number: string }, { from, to, record }: Step, at: string): Promise<void> =>
    append(tx, parcel, { from, to }, { at, compartment: null, evidence: { kind: "network", record: record! }, actor: null });

  const keep = {
    /** The first custodian. */
    begin: (tx: Tx<Tables>, parcel: { id: string; number: string }, to: Custodian, at: string): Promise<void> =>
      append(tx, parcel, { from: null, to }, { at, compartment: null, evidence: { kind: "network", record: "ordered" }, actor: null }),

    async hear(tx: Tx<Tables>, id: string, news: EarlyNews, now: Date): Promise<void> {
      const parcel = await write.parcel(tx, id);
      const last = parcel && (await write.last(tx, id));
      if (!parcel || !last) return void (await write.keepEarly(tx, id, news));
      const holder = custodianOf(last.taker);
      if (news.kind === "shipped") {
        await write.setCarrier(tx, id, news.carrier);
        const verdict = hear(holder, { kind: "shipped", carrier: news.carrier }, parcel.carrier);
        if ("steps" in verdict) for (const step of verdict.steps) await byNetwork(tx, parcel, step, news.at);
        return;
      }
      if (news.kind === "handed_over") {
        const verdict = hear(holder, news, parcel.carrier);
        if ("steps" in verdict) for (const step of verdict.steps) await byNetwork(tx, parcel, step, news.at);
        return;
      }
      const { envelope, certificate } = news;
      const { event, station, epoch, seq, at } = StationEntry.parse(JSON.parse(envelope.body));
      const verdict = hear(holder, { kind: "fact", type: event.type, station }, parcel.carrier);
      if ("contradiction" in verdict)
        return void (await write.contradict(tx, { parcel: id, station, epoch, seq, what: verdict.contradiction, at: now }));
      const digest = digestOf(envelope.body);
      for (const step of verdict.steps) {
        if (step.record !== null) {
          await byNetwork(tx, parcel, step, at);
          continue;
        }
        await write.keepEvidence(tx, { digest, station, epoch, seq, sig: envelope.sig, body: envelope.body, certificate });
        const { actor } = JSON.parse(envelope.body).event as { actor?: unknown };
        await append(
          tx,
          parcel,
          { from: step.from, to: step.to },
          {
            at,
            compartment: event.compartment,
            evidence: { kind: "station_event", station, epoch, seq, digest },
            actor: typeof actor === "string" ? actor : null,
          },
        );
      }
    },
  };
  return keep;
}
export type Keeping = ReturnType<typeof keeping>;
