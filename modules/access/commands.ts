import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Command } from "@pigeonhole/protocol/messages";
import type { DepositReason } from "@pigeonhole/protocol/reasons";
import type { CommandWish, Outcome } from "./contract.ts";
import { CommandGiven } from "./events.ts";
import type { Access } from "./needs.ts";
import * as attempts from "./queries/attempts.ts";
import * as grants from "./queries/grants.ts";
import { courierRight, expectedOf, takesBack } from "./rights.ts";
import { insideBeside } from "./together/queries.ts";

/** Gives a remote command in a courier's name after deriving the right anew from this module's own record (I-37): whoever asks is not believed. */
export async function giveCommand(needs: Access, { action, purpose, parcel, actor, reason, at }: CommandWish): Promise<Outcome> {
  // The courier's word that did not hear its answer is given again: the station's own word is known, nothing is sent.
  const isWord = action === "attest_deposit" || action === "attest_retrieval";
  if (isWord && (await grants.ofParcel(needs.db, parcel, purpose))?.state === "used")
    return { command: needs.newId(), outcome: "done", reason: null };
  const isTakenBack = takesBack({ action, reason });
  const right = await courierRight(needs.db, { purpose, parcel, actor, action, isTakenBack }, needs.now());
  if (at && (at.station !== right.station || at.compartment !== right.compartment))
    throw new Refused("moving", "The right to this compartment is just moving to another one. Ask again.");
  const outcome = await send(needs, { action, purpose, actor, right, reason });
  const beside = purpose === "dropoff" ? await insideBeside(needs.db, right) : 0;
  return beside > 0 ? { ...outcome, beside } : outcome;
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

/** Gives a command for which there is a right in this module's record. Throws Refused `station_unreachable` when nothing can have happened. */
export async function send(needs: Access, { action, purpose, actor, right, reason: releaseReason }: Order): Promise<Outcome> {
  const { station, compartment, parcel } = right;
  const order = { id: needs.newId(), action, purpose, station, compartment, parcel, actor };
  const { outcome, reason } = await carryOut(needs, order, { grant: right.id, releaseReason });
  if (outcome === "unreachable") throw new Refused("station_unreachable", "The station cannot be reached now. Nothing was opened.");
  return { command: order.id, outcome, reason };
}

/** A command as it is written down and sent. */
interface Written {
  readonly id: string;
  readonly action: CommandWish["action"];
  readonly purpose: Command["purpose"];
  readonly station: string;
  readonly compartment: number;
  readonly parcel: string | null;
  readonly actor: string;
}

/**
 * Sends it. It is written down before it is sent, its outcome after; between the two a crash leaves it `unknown`. `unreachable`: nothing can
 * have happened. What signs it derives the right anew.
 */
export async function carryOut(
  { db, now, log, devices }: Access,
  { station, ...wish }: Written,
  { grant = null, releaseReason }: { readonly grant?: string | null; readonly releaseReason?: DepositReason | undefined } = {},
): Promise<{ readonly outcome: Outcome["outcome"] | "unreachable"; readonly reason: string | null }> {
  const { id, action, purpose, compartment, parcel, actor } = wish;
  await attempts.giveCommand(db, { ...wish, grant, station, given_at: now(), release_reason: releaseReason ?? null });
  const answer = await devices.internal.devices[":station"].commands
    .$post({
      param: { station },
      json: { ...wish, expected: expectedOf(purpose, parcel), ...(releaseReason && { reason: releaseReason }) },
    })
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
  return { outcome, reason };
}
