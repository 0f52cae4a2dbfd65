import type { Tx } from "@pigeonhole/kit/db";
import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { turn } from "./conditions/asking.ts";
import { GrantsChanged, PickupReady } from "./events.ts";
import { adjustOne } from "./fair-clock/fair-clock.ts";
import { isWaiting } from "./fair-clock/queries.ts";
import { mintCode, type Mint } from "./minting.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import type { Tables } from "./tables.ts";
import { settle } from "./together/together.ts";

/**
 * A parcel whose code was dead, because it was to go to another station, stays: its owner gets a fresh code, and the time without one is given
 * back. One that has a live right keeps it.
 */
export async function restore(tx: Tx<Tables>, needs: Mint & { readonly now: Now; readonly newId: NewId }, parcel: string): Promise<void> {
  const former = await grants.lockOfParcel(tx, parcel, "pickup");
  if (former?.state !== "revoked" || former.expires_at === null || former.collected_at !== null) return;
  const at = needs.now();
  const diedAt = (await codes.lastDeath(tx, former.id)) ?? at;
  const later = (end: Date): Date => new Date(end.getTime() + Math.max(0, at.getTime() - diedAt.getTime()));
  const { station, compartment } = former;
  const grant = {
    ...former,
    id: needs.newId(),
    state: "active" as const,
    generation: former.generation + 1,
    not_before: at,
    expires_at: later(former.expires_at),
    promised_until: former.promised_until && later(former.promised_until),
    opened_at: null,
  };
  await grants.insert(tx, [grant]);
  if (grant.shared === null) await mintCode(tx, needs, station, grant, at);
  else await settle(tx, needs, [grant.shared]);
  const ready = { parcel, grant: grant.id, generation: grant.generation, station, compartment };
  await turn(tx, { parcel }, "open", { station, at });
  await publish(tx, at, PickupReady, { ...ready, expiresAt: grant.expires_at.toISOString(), reason: "reissued" });
  if (isWaiting(grant)) await adjustOne(tx, grant, at);
  await publish(tx, at, GrantsChanged, { station });
}
