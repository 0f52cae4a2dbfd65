import type { Actor } from "@pigeonhole/identity/contract";
import { Refused } from "@pigeonhole/kit/refused";

type Module = Extract<Actor, { kind: "module" }>;

/** Lets only one of our modules pass: a right is asked for by whoever has that duty, and by nobody else. */
export function requireModule(actor: Module, name: string): void {
  if (actor.name !== name) throw new Refused("not_allowed", `Only ${name} may ask this.`);
}
