import type { AccessApi, CommandWish } from "@pigeonhole/access/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Attempt } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { labelKey, type ParcelApi } from "@pigeonhole/parcels/contract";
import { commanding, type Told } from "./commanding.ts";
import type { DepositReason } from "@pigeonhole/protocol/reasons";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { Scan } from "./contract.ts";
import { meant, requireState } from "./domain.ts";
import { ProblemReported, ProblemSettled, Scanned } from "./events.ts";
import type { StopReason } from "./mistakes/contract.ts";
import { nextTry } from "./mistakes/domain.ts";
import { hearing } from "./mistakes/hearing.ts";
import * as mistakes from "./mistakes/queries.ts";
import { settling as startSettling } from "./mistakes/settling.ts";
import * as plan from "./queries/plan.ts";
import * as read from "./queries/read.ts";
import * as visit from "./queries/visit.ts";
import type { Tables } from "./tables.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly access: Client<AccessApi>;
  readonly parcels: Client<ParcelApi>;
  readonly reservations: Client<ReservationApi>;
}

/** The signed-in courier. */
export interface By {
  readonly courier: string;
  readonly tenant: string;
  readonly carrier: string;
}

/** What couriers do at a station. */
export function visiting({ db, now, newId, log, access, parcels, reservations }: Needs) {
  const problems = hearing({ now });
  const { command: give } = commanding({ log, access });
  const command = (
    action: "open" | "attest_deposit" | "release",
    parcel: string,
    courier: string,
    more: Pick<CommandWish, "reason" | "at"> = {},
  ): Promise<Told> => give("dropoff", action, parcel, courier, more);

  const settling = startSettling({
    db,
    now,
    log,
    access,
    parcels,
    reservations,
    release: (parcel, courier, reason) => command("release", parcel, courier, { reason }),
  });

  /** Records a scan that leads to no door, and refuses. */
  const turnDown = async (scan: ScanStart, parcel: string | null, refusal: Refused): Promise<never> => {
    await db.transaction().execute(async (tx) => {
      const at = now();
      await visit.insertScan(tx, { ...scan.row, parcel, outcome: refusal.code, key: null, at });
      await publish(tx, at, Scanned, {
        route: scan.row.route,
        courier: scan.row.courier,
        station: scan.row.station,
        parcel,
        outcome: refusal.code,
      });
    });
    throw refusal;
  };

  /** The drop that the label means at this stop; else refuses, and tells of foreign parcels no more than that they are unknown. */
  const dropOf = async (scan: ScanStart, by: By, barcode: string) => {
    const drops = await read.drops(db, scan.row.route);
    const key = labelKey(barcode);
    const known = meant(
      drops.map((drop) => ({ ...drop, id: drop.parcel, labelKey: drop.label_key, carrier: by.carrier, state: "reserved" })),
      barcode,
      key,
      by.carrier,
      scan.row.station,
    );
    if (known) return drops.find((drop) => drop.parcel === known.parcel)!;
    // The label may be newer than the route.
    const answer = await parcels.internal.parcels.$get({ query: { barcode, carrier: by.carrier } });
    if (answer.status !== 200) throw new Error(`parcel of a label: ${(await problemOf(answer)).code}`);
    const found = (await answer.json()).parcels;
    const here = found.flatMap((parcel) => drops.find((drop) => drop.parcel === parcel.id && drop.station === scan.row.station) ?? []);
    if (here.length === 1) return here[0]!;
    const mine = found[0]?.id ?? drops.find((drop) => drop.label_key === key)?.parcel;
    if (mine !== undefined) return turnDown(scan, mine, new Refused("not_on_route", "This parcel is not on your route at this stop."));
    return turnDown(scan, null, new Refused("unknown_barcode", "No parcel of yours has this barcode."));
  };

  const shown = async (by: By, id: string): Promise<Scan> => {
    const known = await read.scan(db, by, id);
    if (!known) throw new Refused("not_found", "There is no such scan.");
    return read.scanView(known);
  };

  /** Opens the door of what was scanned (A4.1). Written down before the command is given: a repetition of the same key opens nothing again. */
  const scan = async (by: By, route: string, station: string, barcode: string, attempt: Attempt): Promise<Scan> => {
    const before = await visit.scanByKey(db, by.courier, attempt.key);
    if (before && before.fingerprint !== attempt.fingerprint)
      throw new Refused("idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new one.");
    if (before) return shown(by, before.id);
    const current = await read.get(db, { kind: "courier", ...by }, route);
    if (!current) throw new Refused("not_found", "You have no such route.");
    if (current.state !== "active") throw new Refused("wrong_state", `The route is ${current.state}.`, { state: current.state });
    const start = scanStart(newId(), by, route, station, attempt, now());
    const drop = await dropOf(start, by, barcode);
    try {
      requireState("scan", drop.state);
      if (await isBeingMoved(drop.parcel)) throw new Refused("wrong_state", "Another compartment is just being looked for. Scan again.");
    } catch (error) {
      if (error instanceof Refused) return turnDown(start, drop.parcel, error);
      throw error;
    }
    const begun = await visit.insertScan(db, { ...start.row, parcel: drop.parcel });
    if (!begun) return scan(by, route, station, barcode, attempt);
    const told = await command("open", drop.parcel, by.courier, { at: { station: drop.station, compartment: drop.compartment } });
    await db.transaction().execute(async (tx) => {
      const at = now();
      await plan.lockRoute(tx, route);
      const outcome = told.outcome === "done" ? "opened" : told.outcome;
      const settled = await visit.settle(tx, begun.id, { ...told, outcome });
      if (outcome === "unreachable") await visit.freeKey(tx, begun.id);
      await visit.showScan(tx, settled);
      if (outcome === "opened") await problems.settle(tx, drop.parcel, "tried_again");
      await publish(tx, at, Scanned, { route, courier: by.courier, station, parcel: drop.parcel, outcome: settled.outcome });
      await plan.changed(tx, route, at);
    });
    if (told.outcome === "unreachable") throw new Refused("station_unreachable", "The station cannot be reached. Nothing was opened.");
    return shown(by, begun.id);
  };

  const isBeingMoved = async (parcel: string): Promise<boolean> => (await mistakes.stateOf(db, parcel)) === "released";

  /** The courier's word that it is in: the station records it, and then it is kept. What the station answers stands. */
  const deposited = async (by: By, id: string): Promise<Scan> => {
    const known = await read.scan(db, by, id);
    if (!known) throw new Refused("not_found", "There is no such scan.");
    const { scan: row, drop } = known;
    if (drop.state === "deposited" && drop.scan === id) return read.scanView(known);
    requireState("deposited", drop.state);
    requireLatest(drop, id);
    if (row.outcome === "opened" && !row.is_closed) throw new Refused("door_open", "Close the door first.");
    settled(await command("attest_deposit", drop.parcel, by.courier));
    await db.transaction().execute(async (tx) => {
      await plan.lockRoute(tx, drop.route);
      const { state } = await visit.lockDrop(tx, drop.route, drop.parcel);
      if (state === "open" || state === "opened") await visit.sawDeposited(tx, drop.parcel, null, "word");
      await problems.settle(tx, drop.parcel, "put_in");
      await plan.changed(tx, drop.route, now());
    });
    return shown(by, id);
  };

  /** What is wrong, written down before anything follows from it; then as far as it goes while the courier stands there (N3). */
  const abandon = async (by: By, id: string, reason: DepositReason): Promise<Scan> => {
    const known = await read.scan(db, by, id);
    if (!known) throw new Refused("not_found", "There is no such scan.");
    const { scan: row, drop } = known;
    if (!known.problem) {
      requireState(reason === "wrong_parcel" && drop.state === "deposited" ? "takeBack" : "abandon", drop.state);
      requireLatest(drop, id);
      // A door that was refused has not moved: there is nothing for the station to record.
      const needsStation = row.outcome === "opened" || row.outcome === "unknown" || row.outcome === "pending";
      await db.transaction().execute(async (tx) => {
        const at = now();
        await plan.lockRoute(tx, drop.route);
        const { number, station, compartment, size, parcel, route } = drop;
        const about = { id, route, parcel, number, station, compartment, size, reason, ...by };
        const step = { state: needsStation ? ("reported" as const) : ("released" as const), outcome: null, proposal: null, tries: 0 };
        const isNew = await mistakes.add(tx, { ...about, ...step, at, changed_at: at, next_at: nextTry(at, 0) });
        if (isNew) await publish(tx, at, ProblemReported, { route, courier: by.courier, station, compartment, parcel, reason });
        await plan.changed(tx, route, at);
      });
    }
    await settling.advance(id);
    return shown(by, id);
  };

  const divert = async (by: By, id: string, station: string | null): Promise<Scan> => {
    const known = await read.scan(db, by, id);
    if (!known?.problem) throw new Refused("not_found", "There is no such problem.");
    await settling.answer(known.problem, station);
    return shown(by, id);
  };

  /** Nothing can be put in at this stop: each of its parcels goes back with the courier, for another attempt (N3). Returns how many. */
  const giveUpStop = async (by: By, route: string, station: string, reason: StopReason): Promise<number> =>
    db.transaction().execute(async (tx) => {
      const at = now();
      const known = await plan.lock(tx, route, by.tenant, by.courier);
      if (!known) throw new Refused("not_found", "You have no such route.");
      requireState("giveUpStop", known.state);
      const drops = (await read.drops(tx, route)).filter((drop) => drop.station === station && drop.state === "open");
      for (const { parcel, number, compartment, size } of drops) {
        const about = { id: newId(), route, parcel, number, station, compartment, size, reason, ...by };
        const row = { ...about, state: "taken_back" as const, outcome: null, proposal: null, tries: 0, at, changed_at: at, next_at: at };
        await problems.settle(tx, parcel, "tried_again");
        await mistakes.add(tx, row);
        await plan.skip(tx, route, parcel, reason);
        await publish(tx, at, ProblemReported, { route, courier: by.courier, station, compartment, parcel, reason });
        await publish(tx, at, ProblemSettled, { route, station, compartment, parcel, reason, outcome: "taken_back" });
      }
      await plan.changed(tx, route, at);
      return drops.length;
    });

  return { scan, shown, deposited, abandon, divert, giveUpStop, takeUp: settling.takeUp };
}

function requireLatest(drop: { readonly scan: string | null }, id: string): void {
  if (drop.scan !== id) throw new Refused("wrong_state", "Another scan of this parcel came after this one.", { scan: drop.scan });
}

/** Passes when the station has recorded it. */
function settled({ outcome, reason }: Told): void {
  if (outcome === "done" || outcome === "opened") return;
  if (outcome === "refused" && reason === "door_open") throw new Refused("door_open", "The station says that the door is open.");
  if (outcome === "refused") throw new Refused("wrong_state", "The station does not accept this.", { reason });
  if (outcome === "unreachable")
    throw new Refused("station_unreachable", "The station cannot be reached. Try again, or say it at the station's screen.");
  throw new Refused("station_unreachable", "The station has not answered. It may have recorded it: the route shows it as soon as we hear.");
}

interface ScanStart {
  readonly row: Tables["couriers.scan"];
}
const scanStart = (id: string, by: By, route: string, station: string, { key, fingerprint }: Attempt, at: Date): ScanStart => ({
  row: {
    id,
    route,
    courier: by.courier,
    station,
    parcel: null,
    outcome: "pending",
    reason: null,
    command: null,
    opened_epoch: null,
    opened_seq: null,
    is_closed: false,
    beside: 0,
    key,
    fingerprint,
    at,
  },
});
