import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { Payload } from "@pigeonhole/kit/fact";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import type { Moved } from "@pigeonhole/reservations/events";
import { GrantsChanged } from "./events.ts";
import { mintCode, type Mint } from "./minting.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import type { Tables } from "./tables.ts";
import { settle } from "./together/together.ts";

interface Needs extends Mint {
  readonly now: Now;
  readonly newId: NewId;
}
type Write = Tx<Tables>;
interface Spot {
  readonly station: string;
  readonly compartment: number;
}

const tell = (tx: Write, { now }: Needs, station: string): Promise<void> => publish(tx, now(), GrantsChanged, { station });

export interface Move {
  readonly reservation: string;
  readonly parcel: string;
  readonly why: Payload<typeof Moved>["why"];
  readonly deliverBy: string | null;
  readonly from: Spot;
  readonly to: Spot;
}
/**
 * A right is bound to its station and compartment, and so is its code: the plan's rights at the old place end, and new ones begin at the
 * new place. A parcel that lies in a compartment keeps its right there until it has been taken out for another station; then both rights begin
 * anew, for it is delivered again. Told twice, it is done once.
 */
export async function follow(tx: Write, needs: Needs, { reservation, parcel, why, deliverBy, from, to }: Move): Promise<void> {
  const live = (await grants.lockLive(tx, "reservation", reservation)).filter(
    (grant) => grant.station === from.station && grant.kind !== "collection",
  );
  const [pickup, dropoff] = [await grants.lockOfParcel(tx, parcel, "pickup"), await grants.lockOfParcel(tx, parcel, "dropoff")];
  if (!pickup || pickup.station !== from.station) return;
  const isPlanned = pickup.state === "issued";
  // Within a station the right may have followed already.
  if (isPlanned && from.station === to.station && pickup.compartment !== from.compartment) return;
  const isTakenOut = !isPlanned && why === "redirected" && dropoff?.state === "used" && deliverBy !== null;
  if (!isPlanned && !isTakenOut) return;
  const at = needs.now();
  for (const grant of live) {
    await grants.change(tx, grant.id, { state: "revoked" });
    if (grant.state === "issued") await codes.forget(tx, grant.id);
    else await codes.kill(tx, grant.id, "revoked", at);
  }
  const anew = (grant: grants.GrantRow) => ({
    ...grant,
    id: needs.newId(),
    generation: grant.generation + 1,
    station: to.station,
    compartment: to.compartment,
    not_before: at,
    shared: null,
  });
  const never = { opened_at: null, collected_at: null, began_at: null, promised_until: null, stopped_since: null, extended: 0 } as const;
  const begun = isPlanned
    ? live.map(anew)
    : [
        { ...anew(pickup), ...never, state: "issued" as const, expires_at: null },
        { ...anew(dropoff!), ...never, state: "active" as const, expires_at: new Date(deliverBy!) },
      ];
  await grants.insert(tx, begun);
  for (const grant of begun) if (grant.kind === "pickup") await mintCode(tx, needs, to.station, grant, at);
  await settle(tx, needs, [pickup.shared]);
  for (const station of new Set([from.station, to.station])) await tell(tx, needs, station);
}

/**
 * The courier's word that the parcel was in is taken back: it had been another one. The code that was sent is dead, and both rights begin
 * anew: to put the right one in, and, after that, to collect it (I-28). Told twice, it is done once.
 */
export async function beginAnew(
  tx: Write,
  needs: Needs,
  { parcel, station }: { readonly parcel: string; readonly station: string },
): Promise<void> {
  const dropoff = await grants.lockOfParcel(tx, parcel, "dropoff");
  const pickup = await grants.lockOfParcel(tx, parcel, "pickup");
  if (dropoff?.state !== "used" || pickup?.state !== "active" || pickup.station !== station) return;
  const at = needs.now();
  await grants.change(tx, pickup.id, { state: "revoked" });
  await codes.kill(tx, pickup.id, "revoked", at);
  const anew = { not_before: at, opened_at: null, collected_at: null, station, compartment: pickup.compartment };
  const window = { expires_at: null, began_at: null, promised_until: null, stopped_since: null, extended: 0 };
  const next = { ...pickup, ...anew, ...window, id: needs.newId(), state: "issued" as const, generation: pickup.generation + 1 };
  await grants.insert(tx, [next, { ...dropoff, ...anew, id: needs.newId(), state: "active", generation: dropoff.generation + 1 }]);
  if (pickup.shared === null) await mintCode(tx, needs, station, next, at);
  else await settle(tx, needs, [pickup.shared]);
  await tell(tx, needs, station);
}
