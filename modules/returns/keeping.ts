import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { requireMove, wayBetween } from "@pigeonhole/kit/moves";
import { publish } from "@pigeonhole/kit/outbox";
import { next, type ReturnNews } from "./domain.ts";
import { ReturnMoved } from "./events.ts";
import { returnMoves, type ReturnEnding, type ReturnState } from "./lifecycle.ts";
import * as write from "./queries/write.ts";
import type { Entry, Row } from "./queries/write.ts";
import type { Tables } from "./tables.ts";

export interface Told {
  readonly news: ReturnNews;
  readonly ending?: ReturnEnding | undefined;
  /** When, by whom, and what shows it; without: now, by nobody in particular. */
  readonly entry?: Partial<Entry> | undefined;
  readonly set?: Partial<Row>;
}

/** Only news goes on from here. */
export const never = "infinity" as unknown as Date;

/** Whether something is to be done for it now: steps.ts does it. */
export function hasStep({ state, mistake, retrieval, kind, onward }: Row): boolean {
  if (state === "ready") return mistake !== null;
  if (state === "dropped_off") return retrieval === null;
  if (state === "retrieved") return kind === "sending" && onward === null;
  return state === "claiming" || state === "cancelling";
}

/** What every fact about a return says of it. */
export const about = (row: Row) => ({
  parcel: row.id,
  kind: row.kind,
  number: row.number,
  of: row.of_parcel,
  orderId: row.order_id,
  owner: row.owner,
  customer: row.customer,
  carrier: row.carrier,
  station: row.station,
  compartment: row.compartment,
  until: row.until.toISOString(),
  sealedCustomer: row.sealed_customer,
});

/** The instant that a state is reached for the first time stands with the return. */
const instantOf: Partial<Record<ReturnState, "dropped_off_at" | "retrieved_at" | "received_at">> = {
  dropped_off: "dropped_off_at",
  retrieved: "retrieved_at",
  received: "received_at",
};

/** The one place where a locked return changes its state: by the table, each step with its entry in the time line and its fact; or not at all. */
export async function moveOn(tx: Tx<Tables>, { now }: { readonly now: Now }, row: Row, told: Told): Promise<Row> {
  const to = next(row.state, told.news);
  if (!to) return row;
  const at = told.entry?.at ?? now();
  const ending = told.ending ?? to.ending ?? row.ending;
  let current = row;
  for (const state of wayBetween(returnMoves, row.state, to.to)!) {
    const from = current.state;
    requireMove(returnMoves, from, state, "A return");
    const isItself = state === to.to;
    const instant = instantOf[state];
    const set: Partial<Row> = {
      ...(isItself && told.set),
      state,
      // What was put in after all did not end.
      ending: state === "dropped_off" ? null : isItself ? ending : current.ending,
      ...(instant && current[instant] === null && { [instant]: at }),
      attempts: 0,
    };
    current = await write.change(tx, row.id, { ...set, next_at: hasStep({ ...current, ...set }) ? now() : never });
    const { actor = null, proof = null } = isItself ? (told.entry ?? {}) : {};
    await write.note(tx, row.id, state, { at, actor, proof });
    await publish(tx, now(), ReturnMoved, { ...about(current), from, to: state, ending: current.ending, actor });
  }
  return current;
}

/** Changes what is known of a locked return that stays in its state. */
export const keep = (tx: Tx<Tables>, { now }: { readonly now: Now }, row: Row, set: Partial<Row>): Promise<Row> =>
  write.change(tx, row.id, { ...set, attempts: 0, next_at: hasStep({ ...row, ...set }) ? now() : never });
