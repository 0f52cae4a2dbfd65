import type { Tx } from "@pigeonhole/kit/db";
import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { PickupReady } from "./events.ts";
import * as fairClock from "./fair-clock/queries.ts";
import { mintCode, type Mint } from "./minting.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import { renew } from "./returning/following.ts";
import type { Tables } from "./tables.ts";

/**
 * Fresh codes for everything that waits in a station which was tampered with: whoever read its disk has keyed hashes and all the time to
 * try them. Made when it serves again, not before: until then no code opens anything there, and nobody is sent one that does not work.
 * True when there was something to renew.
 */
export async function rotate(
  tx: Tx<Tables>,
  needs: Mint & { readonly now: Now; readonly newId: NewId },
  station: string,
): Promise<boolean> {
  const at = needs.now();
  const waiting = await fairClock.lockWaiting(tx, station, null);
  for (const grant of waiting) {
    // Of those that share a compartment one has the code for all of them.
    if (grant.shared !== null && (await codes.live(tx, grant.id)) === undefined) continue;
    const next = { ...grant, generation: grant.generation + 1 };
    await codes.kill(tx, grant.id, "replaced", at);
    await grants.change(tx, grant.id, { generation: next.generation });
    if (!(await mintCode(tx, needs, station, next, at))) throw new Error(`station ${station} has no code key although parcels lie in it`);
    await publish(tx, at, PickupReady, {
      parcel: grant.parcel,
      grant: grant.id,
      generation: next.generation,
      station,
      compartment: grant.compartment,
      expiresAt: grant.expires_at.toISOString(),
      reason: "reissued",
    });
  }
  for (const grant of await fairClock.lockProxies(tx, station)) {
    await codes.kill(tx, grant.id, "replaced", at);
    await grants.change(tx, grant.id, { generation: grant.generation + 1 });
    await mintCode(tx, needs, station, { ...grant, generation: grant.generation + 1 }, at);
  }
  return (await renew(tx, needs, station)) || waiting.length > 0;
}
