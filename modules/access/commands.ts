import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Outcome } from "./contract.ts";
import * as domain from "./domain.ts";
import { CommandGiven } from "./events.ts";
import type { Access } from "./module.ts";
import * as attempts from "./queries/attempts.ts";
import * as grants from "./queries/grants.ts";

interface Wish {
  readonly action: "open" | "attest_deposit" | "release";
  readonly purpose: "dropoff";
  readonly parcel: string;
  readonly actor: string;
}

/**
 * Gives a remote command after deriving the right anew from this module's own record (I-37): whoever asks is not believed. The command
 * is written down before it is sent, its outcome after; between the two a crash leaves it `unknown`.
 */
export async function giveCommand({ db, now, newId, log, devices }: Access, { action, purpose, parcel, actor }: Wish): Promise<Outcome> {
  if (!actor.startsWith("courier:")) throw new Refused("no_right", "Only a courier drops parcels off.");
  const grant = await grants.ofParcel(db, parcel, "dropoff");
  const id = newId();
  // The courier's word that did not hear its answer is given again: the deposit is known, nothing is sent.
  if (grant?.state === "used" && action === "attest_deposit") return { command: id, outcome: "done", reason: null };
  domain.mayDropOff(grant, now());
  const { station, compartment } = grant!;
  const wish = { id, action, compartment, parcel, purpose, actor };
  await attempts.giveCommand(db, { ...wish, station, given_at: now() });
  // Until the deposit is known here the compartment has to be empty: a station that knows otherwise refuses.
  const answer = await devices.internal.devices[":station"].commands
    .$post({ param: { station }, json: { ...wish, expected: { parcel: null } } })
    .catch((error: unknown) => log.error({ err: error, command: id }, "a command was sent and nobody knows how it ended"));
  if (answer && answer.status !== 200 && answer.status !== 409 && answer.status < 500)
    throw new Error(`command ${id}: devices answered ${answer.status}`);
  const ended = answer?.status === 200 ? await answer.json() : undefined;
  const isUnreachable = answer?.status === 503 || answer?.status === 409;
  const outcome = ended?.outcome ?? (isUnreachable ? "unreachable" : "unknown");
  await db.transaction().execute(async (tx) => {
    if (!(await attempts.settle(tx, id, outcome, ended?.reason ?? null))) return;
    await publish(tx, now(), CommandGiven, {
      station,
      compartment,
      command: id,
      action,
      purpose,
      parcel,
      actor,
      outcome,
      reason: ended?.reason ?? null,
    });
  });
  if (isUnreachable) throw new Refused("station_unreachable", "The station cannot be reached now. Nothing was opened.");
  return { command: id, outcome: ended?.outcome ?? "unknown", reason: ended?.reason ?? null };
}
