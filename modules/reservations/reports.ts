import type { Tx } from "@pigeonhole/kit/db";
import { movesTo, type Claim } from "./domain.ts";
import { goOn } from "./elsewhere/elsewhere.ts";
import { end, free } from "./ending.ts";
import type { Heard, Report } from "./heard.ts";
import { cleared, doubt } from "./inspecting.ts";
import { followStation } from "./reassigning.ts";
import * as compartments from "./queries/compartment.ts";
import * as claims from "./queries/reservation.ts";
import type { Tables } from "./tables.ts";
import { stepAside } from "./together/leaving.ts";
import { claimsIn, setShared } from "./together/queries.ts";

type Kind<T extends Report["event"]["type"]> = Extract<Report["event"], { readonly type: T }>;

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
      return takenOut(tx, heard, event, "collected");
    case "deposit_abandoned":
      if (event.reason === "wrong_parcel") return takenBack(tx, heard, event);
      if (event.instead !== undefined)
        return followStation(tx, heard.at, { parcel: event.parcel, station: heard.report.station, compartment: event.instead });
      return;
    case "walk_up_deposited":
      return walkUpDeposited(tx, heard, event);
    case "walk_up_abandoned":
      return walkUpAbandoned(tx, heard, event);
    case "return_deposited":
      return returnDeposited(tx, heard, event);
    case "parcel_retrieved":
      return retrieved(tx, heard, event);
    case "reopen_offered":
      return reopenOffered(tx, heard, event);
    case "compartment_quarantined":
      return doubt(tx, heard, { compartment: event.compartment, parcel: event.parcel, reason: event.reason, isBlocking: true });
    case "compartment_cleared":
      return cleared(tx, heard, event.compartment, event.isEmpty);
    case "contents_stated":
      return stated(tx, heard, event);
    default:
  }
}

const contradict = (tx: Tx<Tables>, heard: Heard, compartment: number, parcel: string | null, what: string): Promise<void> =>
  doubt(tx, heard, { compartment, parcel, reason: "against_plan", what, isBlocking: false });

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
    // Beside another parcel of the same person, as planned (N5).
    if (isPlanned && box.is_shared) return claims.save(tx, at, { ...claim, state: "fulfilled" });
    if (box.parcel !== parcel)
      await doubt(tx, heard, {
        compartment: number,
        parcel,
        reason: "two_parcels",
        what: "another parcel is in this compartment",
        isBlocking: true,
      });
    return;
  }
  if (claim?.state === "confirmed") await fulfil(tx, at, claim, station, box, isPlanned);
  const reservation = (isPlanned ? claim.togetherWith : null) ?? claim?.id ?? null;
  await compartments.move(tx, box, movesTo(box.state, "occupied"), at, { reservation, parcel, until: null });
}

/** The courier had put another one in than they said: the claim waits for its parcel again, in the same compartment (I-28). */
async function takenBack(tx: Tx<Tables>, heard: Heard, { compartment: number, parcel }: Kind<"deposit_abandoned">): Promise<void> {
  const claim = await claimOf(tx, parcel);
  const box = await compartments.lock(tx, heard.report.station, number);
  const isThere = box?.parcel === parcel || (box?.is_shared === true && claim?.station === box.station && claim.compartment === number);
  if (!box || claim?.state !== "fulfilled" || box.state !== "occupied" || !isThere) return;
  await claims.save(tx, heard.at, { ...claim, state: "confirmed" });
  // The others lie there, or are expected, as before; the right one will be put in beside them.
  if (await stepAside(tx, heard.at, claim, box)) return setShared(tx, box, true);
  await compartments.move(tx, box, ["available", "reserved"], heard.at, { reservation: claim.id, parcel: null, until: claim.expiresAt });
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
  const isMovable = !isPlanned && (await claims.liveAt(tx, station, box.compartment)) === undefined;
  await claims.save(tx, at, { ...claim, state: "fulfilled" });
  if (isPlanned) return;
  const planned = await compartments.lock(tx, claim.station, claim.compartment);
  if (isMovable && planned) await stepAside(tx, at, claim, planned);
  if (isMovable) await claims.relocate(tx, claim.id, box);
  if (planned?.reservation !== claim.id || planned.state !== "reserved") return;
  // Where the real compartment has another's claim, the planned one stays blocked until the parcel is collected.
  if (isMovable) await free(tx, at, planned);
  else await compartments.move(tx, planned, movesTo(planned.state, "occupied"), at, { reservation: claim.id, parcel: null, until: null });
}

/** By its recipient (`collected`), also when they come late, or by a courier (`returned`), also when the plan had not come so far: the station's word counts. */
async function takenOut(
  tx: Tx<Tables>,
  heard: Heard,
  { compartment: number, parcel }: Kind<"parcel_collected"> | Kind<"parcel_retrieved">,
  reason: "collected" | "returned",
): Promise<void> {
  const {
    report: { station },
    at,
  } = heard;
  const claim = await claimOf(tx, parcel);
  const before = await compartments.lock(tx, station, number);
  if (!before) return contradict(tx, heard, number, parcel, "a parcel was taken out of a compartment that does not exist");
  const isOneOfMany = before.is_shared && claim?.station === station && claim.compartment === number;
  if (before.parcel !== parcel && !isOneOfMany)
    await contradict(
      tx,
      heard,
      number,
      parcel,
      before.parcel === null ? "nothing was known to be in this compartment" : "another parcel is believed to be in this compartment",
    );
  if (claim && claim.state !== "ended") await end(tx, at, claim.id, reason, { isEmptied: true });
  const box = await compartments.lock(tx, station, number);
  if (box && box.parcel === parcel && (box.state === "occupied" || box.state === "return_pending")) await free(tx, at, box);
}

/** A courier has taken it out: it goes back, or on to the compartment that waits for it elsewhere (N6). */
async function retrieved(tx: Tx<Tables>, heard: Heard, event: Kind<"parcel_retrieved">): Promise<void> {
  const claim = await claimOf(tx, event.parcel);
  const isHere = claim?.station === heard.report.station && claim.compartment === event.compartment;
  if (claim && isHere && (await goOn(tx, heard.at, claim))) return;
  return takenOut(tx, heard, event, "returned");
}

async function walkUpDeposited(tx: Tx<Tables>, heard: Heard, { compartment: number }: Kind<"walk_up_deposited">): Promise<void> {
  const box = await compartments.lock(tx, heard.report.station, number);
  if (!box) return contradict(tx, heard, number, null, "a walk-up deposit into a compartment that does not exist");
  if (box.state === "occupied" || box.state === "return_pending")
    return contradict(tx, heard, number, null, "a walk-up deposit into a compartment that was taken");
  if (!box.is_walk_up || (box.state === "reserved" && box.reservation !== null))
    await contradict(tx, heard, number, null, "a walk-up deposit into a compartment that was not the station's to give");
  await compartments.move(tx, box, movesTo(box.state, "occupied"), heard.at, { reservation: null, parcel: null, until: null });
}

async function walkUpAbandoned(tx: Tx<Tables>, heard: Heard, { compartment: number }: Kind<"walk_up_abandoned">): Promise<void> {
  const box = await compartments.lock(tx, heard.report.station, number);
  if (box?.state === "occupied" && box.parcel === null && box.reservation === null) await free(tx, heard.at, box);
}

/** A customer's parcel that goes back lies in the compartment: a courier's to take, and no room for deliveries (A7.1). */
async function returnDeposited(tx: Tx<Tables>, heard: Heard, { compartment: number, parcel }: Kind<"return_deposited">): Promise<void> {
  const {
    report: { station },
    at,
  } = heard;
  const claim = await claimOf(tx, parcel);
  const box = await compartments.lock(tx, station, number);
  if (!box) return contradict(tx, heard, number, parcel, "a return was put into a compartment that does not exist");
  if (box.state === "occupied" || box.state === "return_pending") {
    if (box.parcel !== parcel)
      await doubt(tx, heard, {
        compartment: number,
        parcel,
        reason: "two_parcels",
        what: "another parcel is in this compartment",
        isBlocking: true,
      });
    return;
  }
  const isPlanned = claim?.state === "confirmed" && claim.station === station && claim.compartment === number;
  if (isPlanned) await claims.save(tx, at, { ...claim, state: "fulfilled" });
  const reservation = isPlanned ? claim.id : null;
  await compartments.move(tx, box, movesTo(box.state, "return_pending"), at, { reservation, parcel, until: null });
}

/** Whoever was there may come back to it: nobody else is given the compartment until then (F6). */
async function reopenOffered(tx: Tx<Tables>, { report, at }: Heard, { compartment, until }: Kind<"reopen_offered">): Promise<void> {
  const box = await compartments.lock(tx, report.station, compartment);
  if (box?.state !== "available" || new Date(until) <= at) return;
  await compartments.move(tx, box, ["reserved"], at, { reservation: null, parcel: null, until: new Date(until) });
}

/** A station that begins anew says what lies behind its doors: what is not as it was believed here, somebody looks into. */
async function stated(tx: Tx<Tables>, heard: Heard, { contents }: Kind<"contents_stated">): Promise<void> {
  const {
    report: { station },
    id,
    at,
  } = heard;
  const said = Map.groupBy(contents, (content) => content.compartment);
  for (const { compartment } of await compartments.list(tx, station, at)) {
    const box = await compartments.lock(tx, station, compartment);
    if (!box) continue;
    const inside = said.get(compartment) ?? [];
    const expected = box.is_shared ? (await claimsIn(tx, box)).map((each) => each.parcel) : [box.parcel];
    const content = inside.find((each) => !expected.includes(each.parcel)) ?? inside[0];
    const isBelieved = box.state === "occupied" || box.state === "return_pending";
    if (content === undefined ? !isBelieved : isBelieved && expected.includes(content.parcel)) continue;
    const parcel = content?.parcel ?? box.parcel;
    const what =
      content === undefined ? "the station knows of nothing in this compartment" : "the station states something else in this compartment";
    const about = { compartment, parcel, reason: content === undefined ? "not_there" : "two_parcels", what, isBlocking: true } as const;
    if (content !== undefined && !isBelieved) {
      const to = content.isReturn ? "return_pending" : "occupied";
      await compartments.move(tx, box, movesTo(box.state, to), at, { reservation: box.reservation, parcel, until: null });
    }
    await doubt(tx, { ...heard, id: uuidOf(id, compartment) }, about);
  }
}

/** One entry may give rise to several inspections: each has an id of its own, the same however often the entry is heard. */
const uuidOf = (id: string, compartment: number): string => id.slice(0, -3) + compartment.toString(16).padStart(3, "0");
