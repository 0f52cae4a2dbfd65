import { carriedHours, writeCarried } from "@pigeonhole/protocol/carried";
import { writeQr } from "@pigeonhole/protocol/qr";
import type { CourierRight } from "./contract.ts";
import * as conditions from "./conditions/queries.ts";
import * as domain from "./domain.ts";
import type { Access } from "./needs.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";

const hourMs = 3_600_000;
/** A courier's token opens for so long at most; a route is a day's work. Hours. */
const courierHours = 24;

/** The earlier of what is given and so many hours from now. */
const atMost = (end: Date | null, now: Date, hours: number): Date => {
  const limit = new Date(now.getTime() + hours * hourMs);
  return end !== null && end < limit ? end : limit;
};

/**
 * How a right stands, as a document for its station that a phone can carry (F4); null while the station has not enrolled. Whoever holds
 * it can tell the station nothing but the truth about this right, and learns no code from it.
 */
export async function carriedOf(
  { db, now, keyring }: Pick<Access, "db" | "now" | "keyring">,
  grant: grants.GrantRow,
): Promise<string | null> {
  const epoch = await codes.epoch(db, grant.station);
  // A station that cannot hold it back does not get to know of it.
  if (epoch === undefined || (grant.held.length > 0 && !(await conditions.canHold(db, grant.station)))) return null;
  const at = now();
  const code = await codes.live(db, grant.id);
  const { id, kind, parcel, compartment, generation, station, expires_at: expiresAt } = grant;
  return writeCarried(
    {
      station,
      epoch,
      grant: {
        id,
        kind,
        parcel,
        compartment,
        generation,
        expiresAt,
        codeHash: code?.code_hash ?? null,
        isWithdrawn: !domain.isLive(grant, at),
        ...(grant.held.length > 0 && { held: grant.held }),
      },
      issuedAt: at,
      expiresAt: atMost(expiresAt, at, carriedHours),
    },
    await keyring.present(),
  );
}

/**
 * For each of these parcels that may be dropped off, or taken out, now: a token that opens its compartment at a station without a network, and
 * what such a station has to be told first if it has not heard of it: the courier's right, and for a drop-off the recipient's. Derived anew
 * from this module's own record (I-37); parcels without a live right are left out.
 */
export async function courierRights(needs: Access, wanted: readonly Pick<CourierRight, "kind" | "parcel">[]): Promise<CourierRight[]> {
  const { db, now, keyring } = needs;
  const key = await keyring.present();
  const at = now();
  const found: CourierRight[] = [];
  for (const { kind, parcel } of new Map(wanted.map((each) => [`${each.kind} ${each.parcel}`, each])).values()) {
    const right = await grants.ofParcel(db, parcel, kind);
    if (!right || !domain.isLive(right, at)) continue;
    const pickup = kind === "dropoff" ? await grants.ofParcel(db, parcel, "pickup") : undefined;
    const { id, station, compartment, generation } = right;
    const expiresAt = atMost(right.expires_at, at, courierHours);
    const news = [await carriedOf(needs, right), pickup && domain.isLive(pickup, at) ? await carriedOf(needs, pickup) : null];
    found.push({
      kind,
      parcel,
      station,
      compartment,
      qr: writeQr({ station, grant: id, generation, compartment, expiresAt }, key),
      carried: news.filter((text) => text !== null),
      expiresAt: expiresAt.toISOString(),
    });
  }
  return found;
}
