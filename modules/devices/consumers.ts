import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { GrantsChanged, KeysChanged } from "@pigeonhole/access/events";
import { WantedChanged } from "@pigeonhole/firmware/events";
import { StationChanged, StationMoved } from "@pigeonhole/network/events";
import { Inspected } from "@pigeonhole/reservations/events";
import { enqueue } from "@pigeonhole/kit/jobs";
import { askForRebuild, cutJob } from "./enrol.ts";
import * as enrolment from "./queries/enrolment.ts";
import * as desired from "./queries/desired.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

/** Most stations that network knows have no cabinet of ours: an import of thousands asks for nothing. Enrolment asks by itself. */
const rebuildIfEnrolled = async (tx: Tx<Tables>, station: string): Promise<void> => {
  if (await queries.link(tx, station)) await askForRebuild(tx, station);
};

/** Other modules' facts: each is a reason to look at the desired document again, never to send something by itself. */
export const consumer: Consumer = {
  name: "devices",
  handlers: [
    on(StationChanged, async (tx: Tx<Tables>, station) => {
      await queries.saveStation(tx, station.station, station.status, station);
      await rebuildIfEnrolled(tx, station.station);
    }),
    on(StationMoved, async (tx: Tx<Tables>, { station, to, reason, actor, inspection }, { occurredAt }) => {
      // A10.3: with the end of its life a station's certificate is revoked; the session ends by the broker's look at the list, or by the job.
      if (to === "decommissioned" && (await enrolment.revoke(tx, station, reason, actor, occurredAt)))
        await enqueue(tx, cutJob, { station });
      if (inspection === null) return;
      await queries.noteInspection(tx, station);
      await rebuildIfEnrolled(tx, station);
    }),
    // Every station's document names the keys that it is to trust.
    on(KeysChanged, async (tx: Tx<Tables>) => {
      for (const station of await queries.enrolled(tx)) await askForRebuild(tx, station);
    }),
    on(Inspected, async (tx: Tx<Tables>, { station, compartment, epoch, seq, isEmpty }) => {
      await desired.noteInspection(tx, { station, compartment, epoch, seq, isEmpty });
      await rebuildIfEnrolled(tx, station);
    }),
    on(GrantsChanged, (tx: Tx<Tables>, { station }) => rebuildIfEnrolled(tx, station)),
    on(WantedChanged, (tx: Tx<Tables>, { station }) => rebuildIfEnrolled(tx, station)),
  ],
};
