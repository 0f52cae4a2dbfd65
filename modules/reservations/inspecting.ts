import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { quarantineReasons } from "@pigeonhole/protocol/reasons";
import type { Inspection } from "./inspections/contract.ts";
import { movesTo } from "./domain.ts";
import { end, free } from "./ending.ts";
import { Inspected, InspectionOpened } from "./events.ts";
import * as compartments from "./queries/compartment.ts";
import * as queries from "./queries/inspection.ts";
import type { Heard } from "./heard.ts";
import type { Tables } from "./tables.ts";

interface Doubt {
  readonly compartment: number;
  readonly parcel: string | null;
  readonly reason: Inspection["reason"];
  /** A sentence, where the reason does not say it all. */
  readonly what?: string;
  /** Nobody is given the compartment before somebody has looked. */
  readonly isBlocking: boolean;
}

/** Somebody has to look. The report itself has been believed; what it contradicts is kept, and nothing is guessed. */
export async function doubt(tx: Tx<Tables>, { id, report, at }: Heard, { what = "", isBlocking, ...about }: Doubt): Promise<void> {
  const { station, epoch, seq } = report;
  // Somebody has said the same already: now the station's log says so too, and one look settles both.
  if (await queries.adopt(tx, { station, compartment: about.compartment, reason: about.reason, epoch, seq })) return;
  if (!(await queries.add(tx, { id, station, epoch, seq, at, what, is_blocking: isBlocking, ...about }))) return;
  await publish(tx, at, InspectionOpened, {
    station,
    inspection: id,
    compartment: about.compartment,
    parcel: about.parcel,
    reason: about.reason,
  });
  const box = isBlocking ? await compartments.lock(tx, station, about.compartment) : undefined;
  if (!box || box.is_quarantined) return;
  if (box.state === "available" || box.state === "maintenance")
    await compartments.move(tx, box, ["quarantined"], at, { reservation: null, parcel: null, until: null });
  await compartments.setQuarantined(tx, box, true);
}

interface Suspicion {
  readonly id: string;
  readonly station: string;
  readonly compartment: number;
  readonly parcel: string | null;
  readonly reason: Inspection["reason"];
  readonly at: Date;
}
/** Somebody who stands there has told us before the station's log did, or what it does not know: nobody is given the compartment before somebody has looked. */
export async function suspect(tx: Tx<Tables>, { station, compartment, reason, ...more }: Suspicion): Promise<void> {
  const box = await compartments.lock(tx, station, compartment);
  if (!box || (await queries.isOpen(tx, station, compartment, reason))) return;
  await queries.add(tx, { ...more, station, compartment, reason, epoch: 1, seq: 0, what: "", is_blocking: true });
  await publish(tx, more.at, InspectionOpened, { station, inspection: more.id, compartment, parcel: more.parcel, reason });
  if (box.state === "available" || box.state === "maintenance")
    await compartments.move(tx, box, ["quarantined"], more.at, { reservation: null, parcel: null, until: null });
  await compartments.setQuarantined(tx, box, true);
}

/** The station says that its own doubt is settled. */
export async function cleared(tx: Tx<Tables>, { report, at }: Heard, compartment: number, isEmpty: boolean): Promise<void> {
  const { station } = report;
  const box = await compartments.lock(tx, station, compartment);
  const finding = isEmpty ? "empty" : "as_recorded";
  const by = `station:${station}`;
  await queries.resolve(tx, station, compartment, { finding, note: "the station cleared it", by, at, reasons: quarantineReasons });
  if (box) await release(tx, box, at);
}

interface Finding {
  readonly finding: "empty" | "as_recorded";
  readonly note: string;
  readonly by: string;
  readonly at: Date;
}
/** Somebody has looked into the compartment: that settles all that was open about it. Throws Refused `no_such_inspection`, `resolved_before`. */
export async function resolve(tx: Tx<Tables>, id: string, found: Finding): Promise<Inspection> {
  const known = await queries.get(tx, id);
  if (!known) throw new Refused("no_such_inspection", `There is no inspection ${id}.`);
  const { station, compartment } = known;
  const box = await compartments.lock(tx, station, compartment);
  const resolved = await queries.resolve(tx, station, compartment, found);
  const mine = resolved.find((row) => row.id === id);
  if (!mine) throw new Refused("resolved_before", "Somebody else has written down a finding meanwhile.");
  const newest = resolved.reduce((a, b) => (a.epoch > b.epoch || (a.epoch === b.epoch && a.seq > b.seq) ? a : b));
  const isEmpty = found.finding === "empty";
  if (box) {
    const isFull = box.state === "occupied" || box.state === "return_pending";
    if (isEmpty && isFull) await empty(tx, box, found.at);
    const now = await compartments.lock(tx, station, compartment);
    if (now) await release(tx, now, found.at);
  }
  await publish(tx, found.at, Inspected, {
    station,
    compartment,
    epoch: newest.epoch,
    seq: newest.seq,
    isEmpty,
    parcels: [...new Set(resolved.flatMap(({ parcel }) => parcel ?? []))],
    actor: found.by,
    note: found.note,
  });
  return queries.view(mine);
}

/** What was recorded is not there: its claim ends as missing, and the compartment is free. */
async function empty(tx: Tx<Tables>, box: compartments.Compartment, at: Date): Promise<void> {
  if (box.reservation !== null) await end(tx, at, box.reservation, "missing", { isEmptied: true });
  const still = await compartments.lock(tx, box.station, box.compartment);
  // Of several parcels of one recipient none is there: the next one is what it is booked on now.
  if (still?.state === "occupied" && still.reservation !== null && still.reservation !== box.reservation) return empty(tx, still, at);
  if (still && (still.state === "occupied" || still.state === "return_pending")) await free(tx, at, still);
}

/** Nothing is open about a locked compartment any more: it is in use again. */
async function release(tx: Tx<Tables>, box: compartments.Compartment, at: Date): Promise<void> {
  if (!box.is_quarantined || (await queries.isBlocked(tx, box.station, box.compartment))) return;
  await compartments.setQuarantined(tx, box, false);
  if (box.state !== "quarantined") return;
  const to = compartments.freeState({ ...box, is_quarantined: false });
  await compartments.move(tx, box, movesTo("quarantined", to), at, { reservation: null, parcel: null, until: null });
}
