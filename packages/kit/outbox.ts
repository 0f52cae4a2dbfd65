import { sql } from "kysely";
import type { z } from "zod";
import type { Tx } from "./db.ts";
import type { Fact } from "./fact.ts";

/** A fact as a consumer receives it. */
export interface Event<P = unknown> {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly payload: P;
}

/** Records that something happened, in the transaction that makes it true (I-56). */
export async function publish<T, Type extends string, Shape extends z.ZodRawShape>(
  tx: Tx<T>,
  at: Date,
  kind: Fact<Type, Shape>,
  payload: z.input<z.ZodObject<Shape>>,
): Promise<void> {
  const checked = kind.payload.parse(payload) as Record<string, unknown>;
  await sql`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    values (${kind.aggregate}, ${String(checked[kind.aggregate])}, ${kind.type}, ${at}, ${JSON.stringify(checked)}::jsonb)`.execute(tx);
}

/** What a module does when a fact reaches it: database work only, in the given transaction; slow or outward work goes into a job. */
export interface Handler {
  readonly type: string;
  readonly apply: (tx: Tx<never>, event: Event) => Promise<void>;
}

/** Handles one kind of fact. The payload is checked against the definition: an unknown shape is parked loudly, never half read (I-62). */
export const on = <T, Type extends string, Shape extends z.ZodRawShape>(
  kind: Fact<Type, Shape>,
  apply: (tx: Tx<T>, payload: z.output<z.ZodObject<Shape>>, event: Event) => Promise<void>,
): Handler => ({
  type: kind.type,
  apply: (tx, event) => apply(tx as unknown as Tx<T>, kind.payload.parse(event.payload), event),
});

/** All handlers of one module; its name keys its position, its inbox and its dead letters. */
export interface Consumer {
  readonly name: string;
  readonly handlers: readonly Handler[];
}

/** Records many facts of one kind in one statement, in their order, in the transaction that makes them true. */
export async function publishAll<T, Type extends string, Shape extends z.ZodRawShape>(
  tx: Tx<T>,
  at: Date,
  kind: Fact<Type, Shape>,
  payloads: readonly z.input<z.ZodObject<Shape>>[],
): Promise<void> {
  const checked = payloads.map((payload) => kind.payload.parse(payload));
  await sql`insert into kit.outbox (aggregatetype, aggregateid, type, occurred_at, payload)
    select ${kind.aggregate}::text, payload ->> ${kind.aggregate}::text, ${kind.type}::text, ${at}::timestamptz, payload
    from jsonb_array_elements(${JSON.stringify(checked)}::jsonb) with ordinality as fact (payload, place) order by place`.execute(tx);
}
