import type { Tx } from "@pigeonhole/kit/db";
import type { Payload } from "@pigeonhole/kit/fact";
import type { Reported } from "@pigeonhole/devices/events";
import { movesTo, type Claim } from "./domain.ts";
import { end, free } from "./ending.ts";
import * as compartments from "./queries/compartment.ts";
import * as claims from "./queries/reservation.ts";
import type { Tables } from "./tables.ts";

type Report = Payload<typeof Reported>;
type Kind<T extends Report["event"]["type"]> = Extract<Report["event"], { readonly type: T }>;

/** A report, the id of the fact that brought it, and when it is applied. */
export interface Heard {
  readonly id: string;
  readonly report: Report;
  readonly at: Date;
}

/**
 * What a station says happened is so. What the plan did not expect is kept beside as a contradiction for the inspection, and the
 * compartment is believed to hold what was put into it (I-11): nothing is guessed, nothing is lost.
 */
export async function applyReport(tx: Tx<Tables>, heard: Heard): Promise<void> {
  const { event } = heard.report;
  switch (event.type) {
    case "parcel_deposited":
      return deposited(tx, heard, event);
    case "parcel_collected":
      return collected(tx, heard, event);
    case "walk_up_deposited":
      return walkUpDeposited(tx, heard, event);
    case "walk_up_abandoned":
      return walkUpAbandoned(tx, heard, event);
    default:
  }
}

const contradict = (tx: Tx<Tables>, { id, report, at }: Heard, compartment: number, parcel: string | null, what: string): Promise<void> =>
  compartments.contradict(tx, { event: id, station: report.station, compartment, parcel, what, at });

const claimOf = async (tx: Tx<Tables>, parcel: string | null): Promise<Claim | undefined> => {
  const id = parcel === null ? undefined : await claims.idOfParcel(tx, parcel);
  return id === undefined ? undefined : claims.lock(tx, id);
};

async function deposited(tx: Tx<Tables>, heard: Heard, { compartment: number, parcel }: Kind<"parcel_deposited">): Promise<void> {
  const {
    report: { station },
    at,
  } = heard;
  const claim = await claimOf(tx, parcel);
  const box = await compartments.lock(tx, station, number);
  if (!box) return contradict(tx, heard, number, parcel, "a parcel was put into a compartment that does not exist");
  const isPlanned = claim?.state === "confirmed" && claim.station === station && claim.compartment === number;
  if (!claim) await contradict(tx, heard, number, parcel, "nobody expected this parcel");
  else if (claim.state === "ended") await contradict(tx, heard, number, parcel, `the reservation had ended before: ${claim.endReason}`);
  else if (claim.state === "fulfilled") await contradict(tx, heard, number, parcel, "this parcel has been put in before");
  else if (!isPlanned)
    await contradict(
      tx,
      heard,
      number,
      parcel,
      `the plan was compartment ${claim.compartment}${claim.station === station ? "" : " of another station"}`,
    );
  if (box.state === "occupied" || box.state === "return_pending") {
    if (box.parcel !== parcel) await contradict(tx, heard, number, parcel, "another parcel is in this compartment");
    return;
  }
  if (claim?.state === "confirmed") await fulfil(tx, at, claim, station, box, isPlanned);
  await compartments.move(tx, box, movesTo(box.state, "occupied"), at, { reservation: claim?.id ?? null, parcel, until: null });
}

/** The parcel of a confirmed claim is in `box`, which may be another compartment than the planned one. */
async function fulfil(
  tx: Tx<Tables>,
  at: Date,
  claim: Claim,
  station: string,
  box: compartments.Compartment,
  isPlanned: boolean,
): Promise<void> {
  const isMovable = !isPlanned && claim.station === station && (await claims.liveAt(tx, station, box.compartment)) === undefined;
  await claims.save(tx, at, { ...claim, state: "fulfilled" });
  if (isPlanned) return;
  const planned = await compartments.lock(tx, claim.station, claim.compartment);
  if (isMovable) await claims.relocate(tx, claim.id, box);
  if (planned?.reservation !== claim.id || planned.state !== "reserved") return;
  // Where the real compartment has another's claim, the planned one stays blocked until the parcel is collected.
  if (isMovable) await free(tx, at, planned);
  else await compartments.move(tx, planned, movesTo(planned.state, "occupied"), at, { reservation: claim.id, parcel: null, until: null });
}

async function collected(tx: Tx<Tables>, heard: Heard, { compartment: number, parcel, grant }: Kind<"parcel_collected">): Promise<void> {
  const {
    report: { station },
    at,
  } = heard;
  const claim = await claimOf(tx, parcel);
  const before = await compartments.lock(tx, station, number);
  if (!before) return contradict(tx, heard, number, parcel, "a parcel was taken out of a compartment that does not exist");
  if (before.parcel !== parcel)
    await contradict(
      tx,
      heard,
      number,
      parcel,
      before.parcel === null ? "nothing was known to be in this compartment" : "another parcel is believed to be in this compartment",
    );
  if (claim && claim.state !== "ended") {
    // A courier who empties a compartment has no pick-up right, a person who collects late has.
    const reason = before.state === "return_pending" && grant === null ? "returned" : "collected";
    await end(tx, at, claim.id, reason, { isEmptied: true });
  }
  const box = await compartments.lock(tx, station, number);
  if (box && box.parcel === parcel && (box.state === "occupied" || box.state === "return_pending")) await free(tx, at, box);
}

async function walkUpDeposited(tx: Tx<Tables>, heard: Heard, { compartment: number }: Kind<"walk_up_deposited">): Promise<void> {
  const box = await compartments.lock(tx, heard.report.station, number);
  if (!box) return contradict(tx, heard, number, null, "a walk-up deposit into a compartment that does not exist");
  if (box.state === "occupied" || box.state === "return_pending")
    return contradict(tx, heard, number, null, "a walk-up deposit into a compartment that was taken");
  if (!box.is_walk_up || box.state === "reserved")
    await contradict(tx, heard, number, null, "a walk-up deposit into a compartment that was not the station's to give");
  await compartments.move(tx, box, movesTo(box.state, "occupied"), heard.at, { reservation: null, parcel: null, until: null });
}

async function walkUpAbandoned(tx: Tx<Tables>, heard: Heard, { compartment: number }: Kind<"walk_up_abandoned">): Promise<void> {
  const box = await compartments.lock(tx, heard.report.station, number);
  if (box?.state === "occupied" && box.parcel === null && box.reservation === null) await free(tx, heard.at, box);
}
