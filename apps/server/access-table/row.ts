import type { Headers, Side } from "../testing-sides.ts";

/** Who asks: nobody (not signed in), people, API keys, operators by role, and modules of this installation among themselves. */
export const askers = ["nobody", "customer", "courier", "shop", "carrier", "viewer", "support", "admin", "module"] as const;
export type Asker = (typeof askers)[number];
/** Of each side there is one of these. */
export type SideAsker = keyof Side["as"];

/** What one route answers to whom. Who is named in none of the lists is refused: 401 when not signed in, else 403. */
export interface Row {
  /** Served, whatever they ask for: nothing here belongs to one of them alone. */
  readonly all?: readonly Asker[];
  /** Served with what is theirs; what belongs to somebody else is answered exactly like what is not there. */
  readonly own?: readonly SideAsker[];
  /** Of `own`: whose own has to be made by a cabinet, which the test of the table has none of; the test that shows it. */
  readonly ownShownBy?: Partial<Readonly<Record<SideAsker, string>>>;
  /** The modules that pass, by name; every other one is refused. `any`: each of them. */
  readonly modules?: readonly string[] | "any";
  /** What of a side stands in the path, when it is not `{station}`. Required with `own`. */
  readonly id?: (of: Side, asker: SideAsker) => string;
  /** What else stands in the path, where an id would not do. */
  readonly params?: Readonly<Record<string, string>>;
  /** A body that would be taken, when the route takes one. */
  readonly body?: (of: Side, world: World) => unknown;
  /** Query, without the question mark, when the route demands one. */
  readonly query?: string;
  /** Asking it ends the asker's session, or the like: asked after everything else. */
  readonly isLast?: true;
}
/** By operationId. */
export type Rows = Readonly<Record<string, Row>>;

/** What is the same for all. */
export interface World {
  readonly station: string;
  readonly headers: Readonly<Record<Exclude<Asker, SideAsker>, Headers>>;
}

export const everybody = askers;
/** Operators of every role; those who also change things; those who change what the network is made of. */
export const operators = ["viewer", "support", "admin"] as const;
export const supporters = ["support", "admin"] as const;
export const admins = ["admin"] as const;
/** An id that nobody has, for a body that needs one. */
export const nobodys = "01987654-3210-7000-8000-000000000000";
