import { actorText } from "@pigeonhole/identity/contract";
import { Accepted, Wired } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { on, publish, type Consumer } from "@pigeonhole/kit/outbox";
import { StationEvent } from "@pigeonhole/protocol/messages";
import { AcceptanceKept } from "../events.ts";
import * as stations from "../queries.ts";
import type { Tables } from "../tables.ts";
import { lacksOf } from "./domain.ts";
import { holdIfNotAccepted } from "./holding.ts";
import * as queries from "./queries.ts";

const actor = actorText({ kind: "module", name: "network" });

/** What stations say of their acceptance and their wiring. */
export const acceptanceConsumer = ({ now }: { readonly now: Now }): Consumer => ({
  name: "network",
  handlers: [
    on(Accepted, async (tx: Tx<Tables>, { station: id, epoch, seq, envelope, certificate }) => {
      const station = await stations.lock(tx, id);
      const { event } = StationEvent.parse(JSON.parse(envelope.body));
      if (!station || event.type !== "acceptance_recorded") return;
      const { record, wiring } = event;
      await queries.keep(tx, { station: id, epoch, seq, record, entry: envelope, certificate }, now());
      await queries.noteWiring(tx, id, wiring, now());
      const lacks = lacksOf(station, await queries.cabinet(tx, id));
      const isWhole = lacks.length === 0;
      if (isWhole) await queries.endWaiver(tx, id);
      await publish(tx, now(), AcceptanceKept, { station: id, acceptedAt: record.at, isWhole, isSimulated: record.isSimulated });
      await holdIfNotAccepted(tx, station, { actor, at: now() });
    }),
    on(Wired, async (tx: Tx<Tables>, { station: id, wiring }) => {
      const station = await stations.lock(tx, id);
      if (!station) return;
      await queries.noteWiring(tx, id, wiring, now());
      await holdIfNotAccepted(tx, station, { actor, at: now() });
    }),
  ],
});
