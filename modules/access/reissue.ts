import { actorText, type Actor } from "@pigeonhole/identity/contract";
import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import * as domain from "./domain.ts";
import { GrantsChanged, PickupReady } from "./events.ts";
import { mintCode, type Mint } from "./minting.ts";
import type { Access } from "./needs.ts";
import { requireOwn } from "./pickup.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import type { Tables } from "./tables.ts";
import { codeHolder } from "./together/queries.ts";

type Asking = Exclude<Actor, { kind: "courier" | "module" }>;
const dayMs = 86_400_000;

/** Who may have a fresh code sent; the customer's right has been checked with parcels. None of them but the recipient ever sees it. */
function mayAsk(actor: Asking, grant: grants.GrantRow): void {
  const isTheirs = grant.owner === actorText(actor) || (actor.kind === "carrier" && grant.carrier === actor.slug);
  if ((actor.kind === "shop" || actor.kind === "carrier") && !isTheirs) throw new Refused("not_found", "There is no such parcel.");
  if ((actor.kind === "shop" || actor.kind === "carrier") && !actor.scopes.includes("parcels"))
    throw new Refused("not_allowed", "This key lacks the scope parcels.");
}

/** Kills the code and mints another under the next generation (A5.3, I-36). Answers the generation, never the code. */
export async function reissue(needs: Access, actor: Asking, parcel: string): Promise<number> {
  if (actor.kind === "operator" && actor.role === "viewer")
    throw new Refused("not_allowed", "Only support and administrators may resend codes.");
  if (actor.kind === "customer") await requireOwn(needs, actor, parcel);
  return needs.db.transaction().execute(async (tx) => {
    const at = needs.now();
    const own = await grants.lockOfParcel(tx, parcel, "pickup");
    if (!own) throw new Refused("not_found", "There is no such parcel.");
    mayAsk(actor, own);
    const holder = own.shared !== null && own.state === "active" ? await codeHolder(tx, own.shared) : undefined;
    // Of parcels that share a compartment one has the code for all of them (N5).
    const grant = holder === undefined || holder.id === own.id ? own : (await grants.lockOfParcel(tx, holder.parcel, "pickup"))!;
    const how = domain.reissue(grant, at);
    const recent = await codes.reissues(tx, grant.parcel, new Date(at.getTime() - dayMs));
    if (recent.count >= domain.reissuesPerDay) {
      const retryAfterSeconds = Math.ceil((recent.first!.getTime() + dayMs - at.getTime()) / 1_000);
      throw new Refused("reissued_too_often", `At most ${domain.reissuesPerDay} new codes a day for one parcel.`, { retryAfterSeconds });
    }
    return freshCode(tx, needs, grant, how);
  });
}

/** The code of this right, locked, is dead; another one lives, under the next generation or as that of a successor, and whoever waits for it is told. */
export async function freshCode(
  tx: Tx<Tables>,
  needs: Mint & Pick<Access, "now" | "newId">,
  grant: grants.GrantRow,
  how: ReturnType<typeof domain.reissue>,
): Promise<number> {
  const at = needs.now();
  const next = {
    ...grant,
    id: how === "raise" ? grant.id : needs.newId(),
    generation: grant.generation + 1,
    state: "active",
    opened_at: null,
  } as const;
  await codes.kill(tx, grant.id, "replaced", at);
  if (how === "raise") await grants.change(tx, grant.id, { generation: next.generation });
  else await grants.insert(tx, [{ ...next, not_before: at }]);
  if (!(await mintCode(tx, needs, grant.station, next, at)))
    throw new Error(`station ${grant.station} has no code key although a parcel lies in it`);
  const { parcel, station, compartment, generation, expires_at: expiresAt } = next;
  await publish(tx, at, PickupReady, {
    parcel,
    grant: next.id,
    generation,
    station,
    compartment,
    expiresAt: expiresAt!.toISOString(),
    reason: "reissued",
  });
  await publish(tx, at, GrantsChanged, { station });
  return generation;
}
