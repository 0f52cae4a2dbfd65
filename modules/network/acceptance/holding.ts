import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import type { Station } from "../contract.ts";
import { AcceptanceWaived, StationMoved } from "../events.ts";
import * as stations from "../queries.ts";
import type { Tables } from "../tables.ts";
import { demandAcceptance, held, lacksOf, mayServe, sentenceOf, type Cabinet } from "./domain.ts";
import * as queries from "./queries.ts";

interface By {
  readonly actor: string;
  readonly at: Date;
}

/** Longest reason that stands in the trail. */
const reasonLength = 200;

/** Tells that a station was suspended because of its acceptance. */
export const tellHeld = (tx: Tx<Tables>, { id, status }: Station, reason: string, { actor, at }: By): Promise<void> =>
  publish(tx, at, StationMoved, {
    station: id,
    from: status,
    to: "suspended",
    cause: "acceptance",
    reason: reason.slice(0, reasonLength),
    inspection: null,
    actor,
  });

/** Suspends a station that serves and whose cabinet is not what was accepted. The station is locked. */
export async function holdIfNotAccepted(tx: Tx<Tables>, station: Station, by: By): Promise<void> {
  const cabinet = await queries.cabinet(tx, station.id);
  const next = held(station, cabinet);
  if (next === station) return;
  await tellHeld(tx, station, sentenceOf(lacksOf(station, cabinet)), by);
  await stations.save(tx, by.at, [{ key: null, station: next }]);
}

/**
 * Before a station is put into service: its acceptance is whole, or somebody takes it upon themselves that it is not, with a reason. Throws Refused
 * `acceptance_needed`. The station's row exists.
 */
export async function admit(tx: Tx<Tables>, station: Station, waiver: string | undefined, by: By): Promise<void> {
  const cabinet: Cabinet = await queries.cabinet(tx, station.id);
  if (mayServe(station, cabinet)) return;
  if (waiver === undefined) return demandAcceptance(station, cabinet);
  await admitWaived(tx, station.id, waiver, by);
}

/** A station serves without an acceptance that holds, and who says so, and why. */
export async function admitWaived(tx: Tx<Tables>, station: string, reason: string, { actor, at }: By): Promise<void> {
  await queries.waive(tx, station, reason, actor, at);
  await publish(tx, at, AcceptanceWaived, { station, reason, actor });
}
