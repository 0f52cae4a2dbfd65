// What a reader of a trace needs and the run itself does not: the town it was in, and what the network wrote down of it.
import type { Looks } from "../backend/looks.ts";
import type { Trace } from "../checks/trace.ts";
import type { Town } from "../town/town.ts";

/** Who stands where. */
export const headerOf = (seed: number, parcels: number, { startMs, stations }: Town) => ({
  seed,
  parcels,
  startMs,
  stations: stations.map(({ identity, name, lat, lon, doors }) => ({ id: identity.station, name, lat, lon, doors: doors.length })),
});

/** The event log as it stands at the end, each fact at its own time. */
export async function tellFacts(look: Looks["ask"], trace: Trace): Promise<void> {
  const facts = await look<{ ms: string; type: string; payload: object }>(
    "select extract(epoch from occurred_at) * 1000 as ms, type, payload from kit.outbox order by txid, seq",
    [],
  );
  for (const { ms, type, payload } of facts) trace.aside(Number(ms), "fact", { type, payload });
}
