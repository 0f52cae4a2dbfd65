import type { AccessApi } from "@pigeonhole/access/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Attempt } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { labelKey, type ParcelApi } from "@pigeonhole/parcels/contract";
import { commanding, type Told } from "./commanding.ts";
import type { Scan } from "./contract.ts";
import { meant, requireState } from "./domain.ts";
import { Scanned } from "./events.ts";
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
}

/** The signed-in courier. */
export interface By {
  readonly courier: string;
  readonly tenant: string;
  readonly carrier: string;
}

/** What couriers do at a station. */
export function visiting({ db, now, newId, log, access, parcels }: Needs) {
  const { command: give } = commanding({ log, access });
  const command = (action: "open" | "attest_deposit" | "release", parcel: string, courier: string): Promise<Told> =>
    give("dropoff", action, parcel, courier);

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
    } catch (error) {
      if (error instanceof Refused) return turnDown(start, drop.parcel, error);
      throw error;
    }
    const begun = await visit.insertScan(db, { ...start.row, parcel: drop.parcel });
    if (!begun) return scan(by, route, station, barcode, attempt);
    const told = await command("open", drop.parcel, by.courier);
    await db.transaction().execute(async (tx) => {
      const at = now();
      await plan.lockRoute(tx, route);
      const outcome = told.outcome === "done" ? "opened" : told.outcome;
      const settled = await visit.settle(tx, begun.id, { ...told, outcome });
      if (outcome === "unreachable") await visit.freeKey(tx, begun.id);
      await visit.showScan(tx, settled);
      await publish(tx, at, Scanned, { route, courier: by.courier, station, parcel: drop.parcel, outcome: settled.outcome });
      await plan.changed(tx, route, at);
    });
    if (told.outcome === "unreachable") throw new Refused("station_unreachable", "The station cannot be reached. Nothing was opened.");
    return shown(by, begun.id);
  };

  /** Asks the station to record the end of a visit, and then keeps it; `end` changes the drop. What the station answers stands. */
  const finish = async (
    by: By,
    id: string,
    verb: "deposited" | "abandon",
    end: (tx: Tx<Tables>, route: string, parcel: string) => Promise<void>,
  ): Promise<Scan> => {
    const known = await read.scan(db, by, id);
    if (!known) throw new Refused("not_found", "There is no such scan.");
    const { scan: row, drop } = known;
    if (drop.state === (verb === "deposited" ? "deposited" : "skipped") && drop.scan === id) return read.scanView(known);
    requireState(verb, drop.state);
    if (drop.scan !== id) throw new Refused("wrong_state", "Another scan of this parcel came after this one.", { scan: drop.scan });
    const wasOpened = row.outcome === "opened";
    if (wasOpened && !row.is_closed) throw new Refused("door_open", "Close the door first.");
    // A door that was refused has not moved: there is nothing for the station to record.
    const needsStation = verb === "deposited" || wasOpened || row.outcome === "unknown" || row.outcome === "pending";
    if (needsStation)
      settled(
        await command(verb === "deposited" ? "attest_deposit" : "release", drop.parcel, by.courier),
        verb === "abandon" && !wasOpened,
      );
    await db.transaction().execute(async (tx) => {
      await plan.lockRoute(tx, drop.route);
      const { state } = await visit.lockDrop(tx, drop.route, drop.parcel);
      if (state === "open" || state === "opened") await end(tx, drop.route, drop.parcel);
      await plan.changed(tx, drop.route, now());
    });
    return shown(by, id);
  };

  return {
    scan,
    shown,
    deposited: (by: By, id: string): Promise<Scan> =>
      finish(by, id, "deposited", async (tx, _route, parcel) => void (await visit.sawDeposited(tx, parcel, null))),
    abandon: (by: By, id: string, reason: string): Promise<Scan> =>
      finish(by, id, "abandon", (tx, route, parcel) => plan.skip(tx, route, parcel, reason)),
  };
}

/** Passes when the station has recorded it; also when it may have had nothing to record and says so. */
function settled({ outcome, reason }: Told, isNothingFine: boolean): void {
  if (outcome === "done" || outcome === "opened") return;
  if (outcome === "refused" && reason === "door_open") throw new Refused("door_open", "The station says that the door is open.");
  if (outcome === "refused" && isNothingFine) return;
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
    key,
    fingerprint,
    at,
  },
});
