import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { isOver } from "../domain.ts";
import { PickupReady } from "../events.ts";
import { adjustOne } from "../fair-clock/fair-clock.ts";
import { isWaiting, type Waiting } from "../fair-clock/queries.ts";
import { mintCode, type Mint } from "../minting.ts";
import * as codes from "../queries/codes.ts";
import * as grants from "../queries/grants.ts";
import type { Tables } from "../tables.ts";
import * as queries from "./queries.ts";

// Several parcels of one recipient in one compartment (N5). One code for all of them, and one deadline: as long as one of them can be collected, all can.

type Write = Tx<Tables>;
interface Needs extends Mint {
  readonly now: Now;
  readonly newId: NewId;
}

/**
 * The group that a parcel joins which goes into another one's compartment; null when that one's right is not there any more: then it has a code of
 * its own. `parcel`: the other one.
 */
export async function groupOf(
  tx: Write,
  { newId }: Needs,
  { parcel, station, compartment }: { readonly parcel: string; readonly station: string; readonly compartment: number },
): Promise<string | null> {
  const pickup = await grants.lockOfParcel(tx, parcel, "pickup");
  const isThere =
    pickup?.station === station && pickup.compartment === compartment && (pickup.state === "issued" || pickup.state === "active");
  if (!isThere) return null;
  if (pickup.shared !== null) return pickup.shared;
  const shared = newId();
  await queries.setShared(tx, pickup, shared);
  return shared;
}

/**
 * Something has ended or begun in these groups: where nobody has the code any more, somebody else of the group gets one; where what is inside
 * had none, its owner is told of it.
 */
export async function settle(tx: Write, needs: Needs, groups: readonly (string | null)[]): Promise<void> {
  for (const shared of new Set(groups.filter((group) => group !== null))) {
    // What is over is about to end too.
    const group = (await queries.lockGroup(tx, shared)).filter((grant) => !isOver(grant, needs.now()));
    const [first] = group;
    const holder = group.find((grant) => grant.has_code);
    // What lies inside has the code; as long as nothing does, whoever has it keeps it. It was told to nobody yet.
    const isIdle = holder?.state === "issued" && first?.state === "active";
    if (holder && isIdle) await codes.forget(tx, holder.id);
    if (first && (!holder || isIdle)) await giveCode(tx, needs, first, holder === undefined);
  }
}

async function giveCode(tx: Write, needs: Needs, grant: grants.GrantRow, isToBeTold: boolean): Promise<void> {
  const at = needs.now();
  await mintCode(tx, needs, grant.station, grant, at);
  if (grant.state !== "active" || !isToBeTold) return;
  const { parcel, generation, station, compartment } = grant;
  const ready = { parcel, grant: grant.id, generation, station, compartment, expiresAt: grant.expires_at!.toISOString() };
  await publish(tx, at, PickupReady, { ...ready, reason: "reissued" });
}

/** A right that waits has another end: the others of its group have the later one of theirs and it. */
export async function shareDeadline(tx: Write, now: Date, grant: grants.GrantRow): Promise<void> {
  if (grant.shared === null) return;
  const group = (await queries.lockGroup(tx, grant.shared)).filter((each) => isWaiting(each)) as Waiting[];
  const latest = new Date(Math.max(...group.map(({ promised_until: until }) => until.getTime())));
  for (const each of group) {
    if (each.promised_until.getTime() === latest.getTime()) continue;
    await grants.change(tx, each.id, { promised_until: latest });
    await adjustOne(tx, { ...each, promised_until: latest }, now);
  }
}

/** A pick-up gave these out besides: their rights are used up by it. */
export async function usedBeside(tx: Write, parcels: readonly string[], at: Date): Promise<void> {
  for (const parcel of parcels) {
    const pickup = await grants.lockOfParcel(tx, parcel, "pickup");
    if (pickup?.state !== "active") continue;
    await grants.change(tx, pickup.id, { state: "used", opened_at: pickup.opened_at ?? at });
    await codes.kill(tx, pickup.id, "used", at);
  }
}
