import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { requireMove } from "@pigeonhole/kit/moves";
import { publish } from "@pigeonhole/kit/outbox";
import { Erased, type Personal } from "@pigeonhole/kit/personal/personal";
import { sealedFor } from "@pigeonhole/kit/personal/sealed";
import type { Seal } from "@pigeonhole/kit/seal";
import { Recipient } from "@pigeonhole/reservations/contract";
import { labelKey, numberOf, parcelMoves, type RecallReason } from "./contract.ts";
import { hear, wayTo, type News } from "./domain.ts";
import { Recalled, Redirected, VacationSet } from "./events.ts";
import * as write from "./queries/write.ts";
import type { Tables } from "./tables.ts";
import * as vacations from "./vacation/queries.ts";

interface Needs {
  readonly now: Now;
  readonly log: Log;
  readonly personal: Personal;
}

/** Under which a customer finds what was addressed to them before people had keys of their own. */
export const recipientHash = (seal: Pick<Seal, "hash">, email: string): string => seal.hash("parcels.recipient", email);

/** Where a recipient is sealed: in the fact that an order was placed, and in the parcel's row. */
export const recipientPlace = (parcel: string): string => `recipient|${parcel}`;

/** The recipient of a new parcel as its row keeps them. Somebody who was erased since is nobody: what is sealed for them stays shut (I-70). */
async function kept(
  tx: Tx<Tables>,
  personal: Personal,
  parcel: string,
  recipient: Recipient | string,
): Promise<Pick<write.Row, "sealed_recipient" | "recipient_subject">> {
  if (typeof recipient === "string") {
    const known = sealedFor(recipient);
    try {
      const opened = await personal.open(tx, recipientPlace(parcel), recipient);
      if (known) return { sealed_recipient: recipient, recipient_subject: known.subject };
      return await kept(tx, personal, parcel, Recipient.parse(JSON.parse(opened)));
    } catch (error) {
      if (error instanceof Erased) return { sealed_recipient: null, recipient_subject: null };
      throw error;
    }
  }
  const person = await personal.subjectOf(tx, recipient);
  return { sealed_recipient: person.seal(recipientPlace(parcel), JSON.stringify(recipient)), recipient_subject: person.subject };
}

export interface Birth extends Omit<write.Fresh, "sealed_recipient" | "recipient_subject" | "recipient_hash" | "created_at"> {
  /** In clear, or sealed for them. */
  readonly recipient: Recipient | string;
  readonly barcode: string | null;
}

/** Makes a parcel and tells it what came before it. Born twice, it stays as it is. */
export async function bear(tx: Tx<Tables>, { now, log, personal }: Needs, { recipient, barcode, ...birth }: Birth): Promise<void> {
  await write.holdStill(tx, birth.id);
  if (await write.find(tx, birth.id)) return;
  const at = now();
  const number = numberOf(await write.nextNumber(tx));
  const fresh = {
    ...birth,
    number,
    state: "reserved" as const,
    created_at: at,
    deposited_at: null,
    collected_at: null,
    expires_at: null,
    ...(await kept(tx, personal, birth.id, recipient)),
    recipient_hash: null,
  };
  const labelled = (text: string) => write.insert(tx, { ...fresh, barcode: text, label_key: labelKey(text) });
  let row = await labelled(barcode ?? number);
  if (!row) {
    log.warn({ parcel: birth.id }, "the label of a new parcel belongs to another one under way: it gets its own number for a label");
    row = await labelled(number);
  }
  if (!row) throw new Error(`parcel ${birth.id} cannot be written: number ${number} is taken`);
  await write.note(tx, row, "reserved", { at, actor: row.owner, proof: null });
  await write.tell(tx, at, row, null);
  const away = row.recipient_subject === null ? undefined : await vacations.of(tx, row.recipient_subject);
  if (away && away.to > at)
    await publish(tx, at, VacationSet, { parcel: row.id, from: away.from.toISOString(), to: away.to.toISOString() });
  for (const news of await write.takeEarly(tx, row.id)) await take(tx, { now, log }, row.id, news);
}

/** Applies news of a parcel: every move goes through here. News of a parcel that is not known yet waits for it. */
export async function take(tx: Tx<Tables>, { now, log }: Pick<Needs, "now" | "log">, parcel: string, news: News): Promise<void> {
  await write.holdStill(tx, parcel);
  const row = await write.find(tx, parcel);
  if (!row) return write.keepEarly(tx, parcel, news);
  const proof = "proof" in news ? news.proof : null;
  if (proof && proof.station !== row.station && !row.former.includes(proof.station)) {
    log.warn(
      { parcel, station: proof.station, expected: row.station },
      "a station told of a parcel that is not meant for it: nothing is changed",
    );
    return;
  }
  await apply(tx, now, row, news);
}

interface Place extends Pick<write.Row, "station" | "compartment" | "size"> {
  readonly deliverBy: string;
  readonly at: string;
  /** Its wish was somebody's: where it lay in a compartment, a courier has taken it out. */
  readonly isTakenOut: boolean;
}

/** A parcel that is not in any compartment, or not any more, goes to another station. One that is in stays where its station said. */
export async function redirect(tx: Tx<Tables>, { now }: Pick<Needs, "now">, parcel: string, to: Place): Promise<void> {
  await write.holdStill(tx, parcel);
  const inside = await write.find(tx, parcel);
  // The old station's own word may be on its way still: that its compartment was emptied is what the new place follows from.
  if (inside && to.isTakenOut && inside.recalled_for === "redirected")
    await apply(tx, now, inside, { kind: "left", at: to.at, actor: null, proof: null });
  const row = await write.find(tx, parcel);
  if (!row || row.reservation === null || row.station === to.station || !["reserved", "shipped"].includes(row.state)) return;
  const { station, compartment, size, deliverBy } = to;
  await write.place(tx, row, { station, compartment, size, deliver_by: new Date(deliverBy) });
  await publish(tx, now(), Redirected, { parcel, reservation: row.reservation, from: row.station, station, compartment });
}

/**
 * A parcel that waits in a compartment is to be taken out before its time is over; at a station that is given up also one whose time is. Recalled
 * again it stays recalled for its first reason, unless its station is given up meanwhile. Undefined when it does not lie there.
 */
export async function recall(
  tx: Tx<Tables>,
  { now }: Pick<Needs, "now">,
  parcel: string,
  reason: RecallReason,
): Promise<write.Row | undefined> {
  await write.holdStill(tx, parcel);
  const row = await write.find(tx, parcel);
  const isGivenUp = reason === "decommissioned";
  const lies = row?.state === "delivered" || row?.state === "stored" || (isGivenUp && row?.state === "expired");
  if (!row || !lies) return undefined;
  if (row.recalled_for === reason || (row.recalled_for !== null && !isGivenUp)) return row;
  await write.setRecalled(tx, parcel, reason);
  const { number, reservation, owner, carrier, station, compartment } = row;
  await publish(tx, now(), Recalled, { parcel, number, reservation, owner, carrier, station, compartment, reason });
  return { ...row, recalled_for: reason };
}

/** Goes the states that follow from the news one by one, each with its entry in the time line and its fact. */
export async function apply(tx: Tx<Tables>, now: Now, row: write.Row, news: News): Promise<void> {
  const step = hear({ state: row.state, expiresAt: row.expires_at?.toISOString() ?? null }, news);
  const at = new Date(news.at);
  const isLeaving = news.kind === "left" && step.through.length > 0;
  const isAnew = isLeaving || (news.kind === "found" && step.through.length > 0);
  let current: write.Row = {
    ...row,
    expires_at: step.expiresAt === null ? null : new Date(step.expiresAt),
    // Where it was put in is a fact, at the station of an older plan too (docs/conflicts.md).
    station: news.kind === "deposited" && step.through.length > 0 ? news.proof.station : row.station,
    compartment: news.kind === "deposited" ? news.compartment : row.compartment,
    deposited_at: news.kind === "deposited" ? at : isLeaving ? null : row.deposited_at,
    collected_at: news.kind === "collected" ? at : news.kind === "missed" && step.through.length > 0 ? null : row.collected_at,
    recalled_for: isLeaving ? null : row.recalled_for,
    // What happens from here on has happened before: it stands beside what was told then, nothing is written over (I-28).
    leg: isAnew ? row.leg + 1 : row.leg,
  };
  const ofNews = {
    shipped: "shipped",
    ended: "cancelled",
    deposited: "delivered",
    ready: "stored",
    collected: "collected",
    retrieved: "returned",
    left: "shipped",
    missed: "missing",
    found: "stored",
    expired: "expired",
  } as const;
  const actor = "actor" in news ? news.actor : null;
  const proof = "proof" in news ? news.proof : null;
  for (const state of step.through) {
    const isItself = state === ofNews[news.kind];
    await write.note(tx, current, state, { at, actor: isItself ? actor : null, proof: isItself ? proof : null });
    const from = current.state;
    requireMove(parcelMoves, from, state, "A parcel");
    current = { ...current, state };
    await write.save(tx, current);
    await write.tell(tx, now(), current, from);
  }
  if (step.through.length > 0) return;
  await write.save(tx, current);
  // A late deposit still proves the entry that had to be inferred; a late departure still belongs before the arrival.
  const isLate =
    (news.kind === "deposited" && row.state !== "returned") ||
    (news.kind === "left" && row.leg > 1) ||
    (news.kind === "shipped" && row.state !== "cancelled" && wayTo("shipped", row.state) !== undefined);
  if (isLate) await write.note(tx, row, ofNews[news.kind], { at, actor, proof });
}
