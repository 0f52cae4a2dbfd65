import { actorText, type Actor, type Scope, type Who } from "@pigeonhole/identity/contract";
import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";

const scope: Scope = "reservations";
type Owning = Extract<Actor, { kind: "customer" | "shop" | "carrier" | "module" }>;

/** Whose key this is must allow reservations. */
export function checkScope(actor: Actor): void {
  if ((actor.kind === "shop" || actor.kind === "carrier") && !actor.scopes.includes(scope))
    throw new Refused("not_allowed", `This key lacks the scope ${scope}.`);
}

/**
 * Whose reservation it is: the actor's own, or, for a module, that of the one for whom it asks (header `on-behalf-of`). Throws Refused
 * `not_signed_in` or `not_allowed`.
 */
export async function ownerOf(who: Who, c: Context): Promise<string> {
  const actor: Owning = await who(c, "customer", "shop", "carrier", "module");
  checkScope(actor);
  return (actor.kind === "module" ? c.req.header("on-behalf-of") : undefined) ?? actorText(actor);
}
