import type { Client } from "@pigeonhole/kit/client";
import type { Tx } from "@pigeonhole/kit/db";
import { enqueue, type Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { z } from "zod";

const suspendJob = "devices.suspend";
const Payload = z.object({ station: z.uuid(), source: z.enum(["enclosure", "forced_door"]), compartment: z.int().nullable() });

/** In the transaction that takes the entry in: the station is suspended after it commits, tried again until it is. */
export const askForSuspension = (
  tx: Tx<never>,
  station: string,
  { source, compartment }: Extract<StationFact, { type: "tampered" }>,
): Promise<void> => enqueue(tx, suspendJob, { station, source, compartment }, { key: `${suspendJob}:${station}` });

/** A station that was tampered with is disabled remotely too (A10.4): nobody is sent there until a technician's inspection is recorded. */
export const suspending = ({ network, log }: { readonly network: Client<NetworkApi>; readonly log: Log }): Job => ({
  name: suspendJob,
  run: async (payload) => {
    const { station, source, compartment } = Payload.parse(payload);
    const reason = source === "enclosure" ? "Its enclosure was opened or moved." : `Door ${compartment} was forced.`;
    // One line that whoever watches the log for alarms can wait for.
    log.error({ alarm: "tampered", station, source, compartment }, "a station was tampered with");
    const answer = await network.internal.network.stations[":station"].suspension.$post({
      param: { station },
      json: { cause: "tamper", reason },
    });
    // A station that is being put up, or was given up, is offered to nobody as it is.
    if (answer.status !== 200 && answer.status !== 409) throw new Error(`station ${station} could not be suspended: ${answer.status}`);
  },
});
