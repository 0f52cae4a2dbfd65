import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { RetrievalMoved } from "../events.ts";
import * as plan from "../queries/plan.ts";
import type { Tables } from "../tables.ts";
import type { RetrievalProblem, RetrievalReason, RetrievalState } from "./contract.ts";
import { isLive, requireMove } from "./domain.ts";
import * as queries from "./queries.ts";

type Write = Tx<Tables>;

/** Something that has to come out of a compartment, and whose task that is. */
export interface Need {
  readonly parcel: string;
  readonly number: string;
  readonly reservation: string | null;
  readonly owner: string;
  readonly carrier: string | null;
  readonly station: string;
  readonly compartment: number;
  readonly reason: RetrievalReason;
}

interface Change {
  readonly route?: string | null;
  readonly courier?: string | null;
  readonly problem?: RetrievalProblem | null;
  readonly byHand?: boolean;
}

/** Every move of a retrieval goes through here: by the table, told, and the screens of its routes are told too. The caller has locked them. Throws Refused `wrong_state`. */
export async function move(
  tx: Write,
  at: Date,
  row: queries.Row,
  to: RetrievalState,
  { route = row.route, courier = null, problem = row.problem, byHand = false }: Change = {},
): Promise<queries.Row> {
  requireMove(row.state, to);
  const moved = await queries.change(tx, row.id, { state: to, route, problem, moved_at: at, ended_at: isLive(to) ? null : at });
  await tell(tx, at, moved, row.state, courier, byHand);
  for (const changed of new Set([row.route, route])) if (changed !== null) await plan.changed(tx, changed, at);
  return moved;
}

async function tell(
  tx: Write,
  at: Date,
  row: queries.Row,
  from: RetrievalState | null,
  courier: string | null,
  byHand: boolean,
): Promise<void> {
  const { id: retrieval, parcel, number, reservation, owner, carrier, station, compartment, reason, state: to, route, problem } = row;
  const about = { retrieval, parcel, number, reservation, owner, carrier, station, compartment, reason, route, courier, problem };
  await publish(tx, at, RetrievalMoved, { ...about, from, to, byHand });
}

/** A retrieval for what has to come out; the one that lives already stays. A courier whose way leads past anyway takes it along. */
export async function need(tx: Write, at: Date, newId: NewId, wish: Need): Promise<queries.Row> {
  const passing = wish.carrier === null ? undefined : await queries.lockPassing(tx, wish.carrier, wish.station);
  const born = await queries.insert(tx, {
    ...wish,
    id: newId(),
    state: "open",
    route: null,
    attempt: null,
    problem: null,
    needed_at: at,
    moved_at: at,
    ended_at: null,
  });
  if (!born) {
    const known = (await queries.lockOf(tx, wish.parcel))!;
    // A station that is given up says nothing any more: that has to be known, whatever the first reason was.
    return wish.reason === "decommissioned" ? queries.change(tx, known.id, { reason: wish.reason }) : known;
  }
  await tell(tx, at, born, null, null, false);
  return passing ? move(tx, at, born, "assigned", { route: passing.id, courier: passing.courier }) : born;
}

/** Puts retrievals onto a route, from wherever they waited. Those whose door has been opened, or that are being looked for, stay as they are. */
export async function assignTo(
  tx: Write,
  at: Date,
  route: { readonly id: string; readonly courier: string },
  rows: readonly queries.Row[],
): Promise<void> {
  for (const row of rows) {
    if (row.route === route.id || (row.state !== "open" && row.state !== "assigned")) continue;
    const free = row.state === "assigned" ? await move(tx, at, row, "open", { route: null }) : row;
    await move(tx, at, free, "assigned", { route: route.id, courier: route.courier });
  }
}
