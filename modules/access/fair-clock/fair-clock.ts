import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { WindowMoved } from "../events.ts";
import type { Tables } from "../tables.ts";
import { fairWindow, vacationOf } from "./domain.ts";
import * as queries from "./queries.ts";

type Write = Tx<Tables>;

/** Reckons the windows anew of all parcels that an outage touches. True when some of them end at another time now. */
export async function adjust(tx: Write, station: string, compartment: number | null, now: Date): Promise<boolean> {
  let isMoved = false;
  for (const grant of await queries.lockWaiting(tx, station, compartment)) isMoved = (await adjustOne(tx, grant, now)) || isMoved;
  return isMoved;
}

/** Reckons one window anew. Told when it, or whether its clock runs, is another than before. */
export async function adjustOne(tx: Write, grant: queries.Waiting, now: Date): Promise<boolean> {
  const { began_at: began, promised_until: promised } = grant;
  const outages = await queries.outages(tx, grant.station, grant.compartment, began);
  const away = await queries.vacation(tx, grant.parcel);
  const window = fairWindow(began, promised, [...outages, ...vacationOf(away, began, grant.windows?.vacationDays ?? 0)]);
  const isSame =
    window.until.getTime() === grant.expires_at.getTime() &&
    (window.stoppedSince?.getTime() ?? null) === (grant.stopped_since?.getTime() ?? null);
  if (isSame) return false;
  await queries.setWindow(tx, grant.id, window.until, window.stoppedSince);
  await publish(tx, now, WindowMoved, {
    parcel: grant.parcel,
    station: grant.station,
    expiresAt: window.until.toISOString(),
    isStopped: window.stoppedSince !== null,
    pauses: window.pauses.map(({ from, to, cause }) => ({ from: from.toISOString(), to: to?.toISOString() ?? null, cause })),
  });
  return true;
}
