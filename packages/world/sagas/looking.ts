import type { Db } from "@pigeonhole/kit/db";
import { sql } from "kysely";

/** Behind the scenes: what the database says happened. */
export function looking(db: Db<never>) {
  const rows = async <Row>(query: ReturnType<typeof sql<Row>>): Promise<readonly Row[]> => (await query.execute(db)).rows;
  /** Templates of what was told about a parcel, in their order. */
  const told = async (parcel: string): Promise<readonly string[]> =>
    (
      await rows(sql<{ template: string }>`select template from notifications.notice where parcel = ${parcel} order by happened_at, id`)
    ).map(({ template }) => template);
  return {
    rows,
    told,
    times: async ({ parcel }: { readonly parcel: string }, template: string): Promise<number> =>
      (await told(parcel)).filter((each) => each === template).length,
    facts: async (type: string, parcel: string): Promise<readonly Record<string, unknown>[]> =>
      (
        await rows(
          sql<{
            payload: Record<string, unknown>;
          }>`select payload from kit.outbox where type = ${type} and payload ->> 'parcel' = ${parcel} order by seq`,
        )
      ).map(({ payload }) => payload),
    states: async (station: string): Promise<readonly string[]> =>
      (await rows(sql<{ state: string }>`select state from reservations.compartment where station = ${station} order by compartment`)).map(
        ({ state }) => state,
      ),
    /** Where everything stands that is named in `subject`. */
    describe: async (subject: unknown): Promise<string> => {
      const parcels = JSON.stringify(subject).match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? [];
      return JSON.stringify(
        await rows(sql`select p.id, p.state, p.recalled_for, c.state as cancellation, r.state as reservation, r.end_reason, t.state as retrieval, t.reason
          from parcels.parcel p left join parcels.cancellation c on c.parcel = p.id left join reservations.reservation r on r.id = p.reservation
          left join couriers.retrieval t on t.parcel = p.id where p.id = any(${[...new Set(parcels)]}::uuid[])`),
      );
    },
  };
}
