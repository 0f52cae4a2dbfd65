// Who may ask what, as the access table says it and its test holds it.
import type { Scope } from "@pigeonhole/identity/contract";
import { answerTo, lines, type Line } from "../access-table/table.ts";
import type { Asker } from "../access-table/row.ts";

/** The scope that an API key needs, by module; a test asks every route with a key that has all the others. */
const scopeOfModule: Partial<Readonly<Record<Line["module"], Scope>>> = {
  identity: "couriers",
  reservations: "reservations",
  parcels: "parcels",
  access: "parcels",
  custody: "parcels",
  returns: "parcels",
  couriers: "routes",
  webhooks: "webhooks",
};

/** Routes that ask for a scope of their own. */
const scopeOfRoute: Readonly<Record<string, Scope>> = { "access.conditions": "conditions", "access.attest": "conditions" };

export interface Callers {
  readonly askers: readonly Exclude<Asker, "module">[];
  readonly isOpen: boolean;
  /** What an API key has to have; undefined where keys are not taken, or none is needed. */
  readonly scope: Scope | undefined;
}

const ofSandbox = (verb: string, isOpen: boolean): readonly [string, Callers] => [
  `sandbox.${verb}`,
  { askers: isOpen ? ["nobody", "shop", "carrier"] : ["shop", "carrier"], isOpen, scope: undefined },
];
/** Not of the modules: held by the tests of apps/sandbox. */
const sandboxes = [
  ofSandbox("create", true),
  ...["get", "advance", "deposit", "collect", "retrieve", "network"].map((verb) => ofSandbox(verb, false)),
];

/** By operationId. */
export const callers: ReadonlyMap<string, Callers> = new Map([
  ...sandboxes,
  ...lines.map(({ operation, module, row = {} }): readonly [string, Callers] => {
    const askers = (["nobody", "shop", "carrier", "customer", "courier", "viewer", "support", "admin"] as const).filter(
      (asker) => answerTo(row, asker) !== "no",
    );
    const isOpen = askers.includes("nobody");
    const takesKeys = askers.includes("shop") || askers.includes("carrier");
    return [operation, { askers, isOpen, scope: takesKeys && !isOpen ? (scopeOfRoute[operation] ?? scopeOfModule[module]) : undefined }];
  }),
]);

const persons = {
  customer: "customers",
  courier: "couriers",
  viewer: "operators",
  support: "operators (support)",
  admin: "administrators",
};

/** In one sentence, for people. */
export function calledBy({ askers, isOpen, scope }: Callers): string {
  if (askers.length === 0) return "For whoever has the token that it takes; nothing else counts.";
  if (isOpen) return "Open to everybody, without a key.";
  const keys = [...(askers.includes("shop") ? ["shops"] : []), ...(askers.includes("carrier") ? ["carriers"] : [])].join(" and ");
  const staff = (["viewer", "support", "admin"] as const).find((role) => askers.includes(role));
  const people = [...(["customer", "courier"] as const).filter((each) => askers.includes(each)), ...(staff ? [staff] : [])];
  const byKey = keys === "" ? [] : [`${keys} (API key${scope ? ` with the scope \`${scope}\`` : ""})`];
  const bySession = people.length === 0 ? [] : [`${people.map((each) => persons[each]).join(", ")} (signed in)`];
  return byKey.length + bySession.length === 0 ? "" : `For ${[...byKey, ...bySession].join("; ")}.`;
}
