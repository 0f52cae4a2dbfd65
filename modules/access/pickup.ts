import type { z } from "@hono/zod-openapi";
import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { atOneMoment } from "@pigeonhole/kit/db";
import { Refused } from "@pigeonhole/kit/refused";
import { writeQr } from "@pigeonhole/protocol/qr";
import { requireModule } from "./callers.ts";
import { carriedOf } from "./carrying.ts";
import { missingOf } from "./conditions/asking.ts";
import * as conditions from "./conditions/queries.ts";
import type { Pickup } from "./contract.ts";
import * as domain from "./domain.ts";
import { codePlace } from "./minting.ts";
import type { Access } from "./needs.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import { codeHolder, mates } from "./together/queries.ts";

type Customer = Extract<Actor, { kind: "customer" }>;
const noSuchParcel = (): Refused => new Refused("not_found", "There is no such parcel of yours.");

/** Throws Refused `not_found` unless the parcel is addressed to the customer or was ordered by them. */
export async function requireOwn({ parcels }: Pick<Access, "parcels">, customer: Customer, parcel: string): Promise<void> {
  const answer = await parcels.internal.parcels[":id"].recipient.$get({ param: { id: parcel } });
  if (answer.status === 404) throw noSuchParcel();
  if (answer.status !== 200) throw new Error(`whose parcel it is: parcels answered ${answer.status}`);
  const { recipient, owner } = await answer.json();
  if (owner !== actorText(customer) && recipient?.email !== customer.email) throw noSuchParcel();
}

/** Code and QR for the recipient, or for the message to them. Nobody else ever gets them (I-40), nobody before the deposit (I-26). */
export async function showPickup(
  needs: Access,
  actor: Customer | Extract<Actor, { kind: "module" }>,
  parcel: string,
): Promise<z.output<typeof Pickup>> {
  const { now, seal, keyring } = needs;
  if (actor.kind === "module") requireModule(actor, "notifications");
  else await requireOwn(needs, actor, parcel);
  // A right that is just being used up has no code any more: right and code of two moments would be told as a code that is not ready.
  const { grant, code, together, missing } = await atOneMoment(needs.db, async (db) => {
    const own = await grants.ofParcel(db, parcel, "pickup");
    if (!own) throw noSuchParcel();
    if (own.state === "issued") throw new Refused("not_ready", "The parcel is not in the locker yet.");
    // Of parcels that share a compartment one has the code for all of them (N5).
    const holder = (own.shared !== null && own.state === "active" ? await codeHolder(db, own.shared) : undefined) ?? own;
    const asked = await conditions.ofParcel(db, parcel);
    return { grant: holder, code: await codes.live(db, holder.id), together: [...(await mates(db, own))], missing: missingOf(asked, own) };
  });
  if (grant.state === "active" && !code) throw new Refused("not_ready", "The station has to enrol before it has a code.");
  if (grant.state !== "active" || grant.expires_at === null || domain.isOver(grant, now()) || !code)
    throw new Refused("over", "This parcel can no longer be collected with a code.");
  const { id, station, compartment, generation, expires_at: expiresAt } = grant;
  return {
    parcel,
    station,
    compartment,
    generation,
    code: seal.open(codePlace(id, code.generation), code.sealed),
    qr: writeQr({ station, grant: id, generation, compartment, expiresAt }, await keyring.present()),
    carried: await carriedOf(needs, grant),
    expiresAt: expiresAt.toISOString(),
    together,
    missing,
  };
}
