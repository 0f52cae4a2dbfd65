import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { DepositReason } from "@pigeonhole/protocol/reasons";
import type { CommandWish, Outcome } from "./contract.ts";
import { CommandGiven } from "./events.ts";
import type { Access } from "./module.ts";
import * as attempts from "./queries/attempts.ts";
import * as grants from "./queries/grants.ts";
import { courierRight, expectedOf, takesBack } from "./rights.ts";

/** Gives a remote command in a courier's name after deriving the right anew from this module's own record (I-37): whoever asks is not believed. */
export async function giveCommand(needs: Access, { action, purpose, parcel, actor, reason, at }: CommandWish): Promise<Outcome> {
  // The courier's word that did not hear its answer is given again: the station's own word is known, nothing is sent.
  const isWord = action === "attest_deposit" || action === "attest_retrieval";
  if (isWord && (await grants.ofParcel(needs.db, parcel, purpose))?.state === "used")
    return { command: needs.newId(), outcome: "done", reason: null };
  const isTakenBack = takesBack({ action, reason });
  const right = await courierRight(needs.db, { purpose, parcel, actor, isTakenBack }, needs.now());
  if (at && (at.station !== right.station || at.compartment !== right.compartment))
    throw new Refused("moving", "The right to this compartment is just moving to another one. Ask again.");
  return send(needs, { action, purpose, actor, right, reason });
}

interface Order {
  readonly action: CommandWish["action"];
  readonly purpose: CommandWish["purpose"] | "pickup";
  readonly actor: string;
  /** By which it is given, and whose compartment it is about; the caller has judged it. */
  readonly right: grants.GrantRow;
  /** Of a release: what the courier found wrong. */
  readonly reason?: DepositReason | undefined;
}

/**
 * Sends a command for which there is a right. It is written down before it is sent, its outcome after; between the two a crash leaves it
 * `unknown`. Throws Refused `station_unreachable` when nothing can have happened.
 */
export async function send({ db, now, newId, log, devices }: Access, order: Order): Promise<Outcome> {
  const id = newId();
  const { action, purpose, actor, right } = order;
  const { station, compartment, parcel } = right;
  const wish = { id, action, compartment, parcel, purpose, actor };
  await attempts.giveCommand(db, { ...wish, grant: right.id, station, given_at: now(), release_reason: order.reason ?? null });
  const answer = await devices.internal.devices[":station"].commands
    .$post({ param: { station }, json: { ...wish, expected: expectedOf(purpose, parcel), ...(order.reason && { reason: order.reason }) } })
    .catch((error: unknown) => log.error({ err: error, command: id }, "a command was sent and nobody knows how it ended"));
  if (answer && answer.status !== 200 && answer.status !== 409 && answer.status < 500)
    throw new Error(`command ${id}: devices answered ${answer.status}`);
  const ended = answer?.status === 200 ? await answer.json() : undefined;
  const isUnreachable = answer?.status === 503 || answer?.status === 409;
  const outcome = ended?.outcome ?? (isUnreachable ? "unreachable" : "unknown");
  const reason = ended?.reason ?? null;
  await db.transaction().execute(async (tx) => {
    if (!(await attempts.settle(tx, id, outcome, reason))) return;
    await publish(tx, now(), CommandGiven, { station, compartment, command: id, action, purpose, parcel, actor, outcome, reason });
  });
  if (isUnreachable) throw new Refused("station_unreachable", "The station cannot be reached now. Nothing was opened.");
  return { command: id, outcome: ended?.outcome ?? "unknown", reason };
}
