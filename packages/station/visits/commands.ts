import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { open as openEnvelope, type PinnedKeys } from "@pigeonhole/protocol/envelope";
import { Command, type Cause, type Result } from "@pigeonhole/protocol/messages";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Purpose } from "../kiosk/contract.ts";
import { atMost } from "../rights/at-most.ts";
import { mayLieBeside, toleranceMs } from "../rights/decide.ts";
import type { Content } from "../store/contents.ts";
import type { Store } from "../store/store.ts";
import type { StationClock } from "../time/station-clock.ts";
import type { Deposits } from "./deposit.ts";
import type { Effects } from "./effects.ts";
import type { Mistakes } from "./mistakes.ts";
import type { Retrievals } from "./retrieval.ts";
import type { Screen } from "./screen.ts";

/** Doors opened by remote command within a minute, at most (I-22): a courier with many parcels needs fewer, a stolen signer wants more. */
export const remoteOpensPerMinute = 12;
/** Unsigned or foreign messages recorded within a minute, at most; the rest is only counted, so that noise can not fill the log. */
const recordedForgeriesPerMinute = 10;

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly deposits: Deposits;
  readonly retrievals: Retrievals;
  readonly mistakes: Mistakes;
  readonly station: string;
  readonly epoch: number;
  readonly signingKeys: PinnedKeys;
  readonly clock: StationClock;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}

const purposeOf: Readonly<Record<Command["purpose"], Purpose>> = {
  dropoff: "deliver",
  pickup: "collect",
  collection: "retrieve",
  service: "service",
};

/** Orders of the backend. Each is verified wholly before anything happens, and acted upon once, whatever arrives how often. */
export function commands(needs: Needs) {
  const { store, cabinet, doors, screen, effects, deposits, mistakes, retrievals, station, epoch, signingKeys, clock, now, newId, log } =
    needs;
  const mayRecord = atMost(recordedForgeriesPerMinute, now);

  function forged(command: string | null, reason: string): void {
    log.warn({ reason, command }, "a command was refused");
    if (mayRecord()) store.change(() => store.journal.append({ type: "command_refused", command, reason }, now()));
  }

  const answer = (command: string, outcome: Result["outcome"], reason: string | null): Result => ({
    command,
    outcome,
    reason,
    at: now().toISOString(),
  });

  /** Refused after it proved to be the backend's: its id is remembered, so that it stays refused. */
  function refuse(command: Command, reason: string): Result {
    store.change(() => {
      store.commands.see(command.id, epoch, command.seq, now());
      store.commands.settle(command.id, "refused", reason, now());
      store.journal.append({ type: "command_refused", command: command.id, reason }, now());
    });
    return answer(command.id, "refused", reason);
  }

  /** Carries an order out and answers; null when nothing can be answered: no sound message, or the first copy is still being carried out. */
  async function execute(message: unknown): Promise<Result | null> {
    let command: Command;
    try {
      command = openEnvelope("command", message, signingKeys, Command);
    } catch (error) {
      log.warn({ err: error }, "a command could not be read");
      forged(null, "bad_signature");
      return null;
    }
    if (command.station !== station) {
      forged(command.id, "wrong_station");
      return answer(command.id, "refused", "wrong_station");
    }
    if (command.epoch !== epoch) {
      forged(command.id, "wrong_epoch");
      return answer(command.id, "refused", "wrong_epoch");
    }
    const seen = store.commands.seen(command.id);
    // The same answer again, and nothing else. While the first copy is being carried out, its answer will come.
    if (seen) return store.intents.pending().some((i) => i.cause.kind === "command" && i.cause.command === command.id) ? null : seen;
    if (!store.commands.isFreshSequence(epoch, command.seq)) {
      forged(command.id, "old_sequence");
      return answer(command.id, "refused", "old_sequence");
    }
    clock.signed(new Date(command.issuedAt));
    store.change(() => store.meta.set("time_floor", clock.tick().toISOString()));
    const nowMs = now().getTime();
    if (nowMs >= new Date(command.expiresAt).getTime() + toleranceMs) return refuse(command, "expired");
    if (!cabinet.desired?.compartments.some((c) => c.compartment === command.compartment)) return refuse(command, "no_such_compartment");
    if (command.action === "open") return open(command);
    return command.purpose === "collection" ? settleRetrieval(command) : settleDeposit(command);
  }

  async function open(command: Command): Promise<Result> {
    const { compartment } = command;
    const reason =
      notServing(command) ??
      unexpected(command) ??
      doors.obstacle(compartment)?.reason ??
      outOfService(command) ??
      (store.intents.remoteSince(new Date(now().getTime() - 60_000)) >= remoteOpensPerMinute ? "too_many_opens" : null);
    if (reason !== null) return refuse(command, reason);
    const id = newId();
    const purpose = purposeOf[command.purpose];
    const { parcel, actor } = command;
    const beside = purpose === "collect" && parcel !== null ? insideBeside(compartment, parcel) : [];
    const cause: Cause = {
      kind: "command",
      command: command.id,
      purpose: command.purpose,
      actor,
      parcel,
      ...(beside.length > 0 && { beside }),
    };
    screen.working();
    await doors.open({ id, compartment, purpose, cause }, () => {
      const at = now();
      store.commands.see(command.id, epoch, command.seq, at);
      // Reserved from the moment the lock may fire: whatever happens next, nobody else gets this compartment.
      if (purpose === "deliver" && !store.contents.ofParcel(parcel!))
        effects.reserve({ id, compartment, purpose, cause, at: at.toISOString(), outcome: null }, at);
    });
    return store.commands.seen(command.id)!;
  }

  /** The other parcels of the same person that lie there (N5). */
  const insideBeside = (compartment: number, of: string): string[] => {
    const mates = cabinet.mates(of);
    return store.contents.allOf(compartment).flatMap(({ parcel }) => (parcel !== null && mates.includes(parcel) ? parcel : []));
  };

  /** Whether the station's own record contradicts what the backend believes: a signed but stale order opens the wrong box. */
  function unexpected({ compartment, parcel, purpose, expected }: Command): "unexpected_state" | null {
    const inside = store.contents.allOf(compartment);
    const isSame =
      expected.parcel === null ? inside.every((each) => each.parcel === null) : inside.some((each) => each.parcel === expected.parcel);
    if (purpose === "service") return isSame ? null : "unexpected_state";
    const own = parcel === null ? undefined : inside.find((each) => each.parcel === parcel);
    if (purpose === "dropoff") {
      const isNew = parcel !== null && expected.parcel === null && !own && mayLieBeside(inside, parcel, cabinet.mates(parcel));
      return own?.state === "reserved" || isNew ? null : "unexpected_state";
    }
    const isThere =
      // Opened before for a courier who has not said yet what became of it: they look again.
      own?.state === "stored" || own?.state === "unsure" || (own?.state === "retrieving" && purpose === "collection");
    return isThere && isSame ? null : "unexpected_state";
  }

  /** A suspended station opens nothing from afar, except for staff who try it out. */
  function notServing({ purpose }: Command): "suspended" | null {
    const { remoteOpens } = cabinet.permits;
    return remoteOpens === "all" || (remoteOpens === "service" && purpose === "service") ? null : "suspended";
  }

  /** A compartment in maintenance or quarantine takes nothing new, nor does a station whose log is nearly full; what lies inside comes out. */
  function outOfService({ compartment, purpose }: Command): "out_of_service" | "log_full" | null {
    if (purpose !== "dropoff") return null;
    const isInService = cabinet.desired?.compartments.find((c) => c.compartment === compartment)?.state === "in_service";
    if (!isInService || store.quarantine.has(compartment)) return "out_of_service";
    return store.journal.room() === "full" ? "log_full" : null;
  }

  /** What the order is about: its own parcel, or, where it names none, whatever lies there. */
  const contentOf = ({ compartment, parcel }: Command): Content | undefined => {
    const inside = store.contents.allOf(compartment);
    const own = parcel === null ? undefined : inside.find((each) => each.parcel === parcel);
    return own ?? (parcel !== null && cabinet.mates(parcel).length > 0 ? undefined : inside[0]);
  };

  /** The depositor's word from the courier's app, or that of staff who looked. */
  function settleDeposit(command: Command): Result {
    const { compartment, parcel, action, actor, reason } = command;
    const content = contentOf(command);
    const isStored = content?.state === "stored" && content.parcel === parcel;
    const isOpen = content?.state === "reserved" && content.parcel === parcel;
    const isDoneAlready = action === "attest_deposit" ? isStored : content === undefined;
    // A walk-up that nobody spoke for is released by staff, who name no parcel.
    const isLooked = action === "release" && parcel === null && content?.state === "unsure" && content.parcel === null;
    // Within the visit the courier's word that it was the wrong one beats the word that it was in.
    const isWrong = action === "release" && reason === "wrong_parcel" && isStored;
    if (!isDoneAlready && !isOpen && !isLooked && !isWrong) return refuse(command, "unexpected_state");
    const mayStandOpen = action === "release" && reason === "will_not_close" && isOpen;
    if (!doors.isClosed(compartment) && !mayStandOpen) return refuse(command, "door_open");
    const done = (): void => {
      store.commands.see(command.id, epoch, command.seq, now());
      store.commands.settle(command.id, "done", null, now());
      if (isLooked) effects.clear(compartment, true, now());
    };
    if (isDoneAlready || !content) store.change(done);
    else if (action === "attest_deposit") deposits.confirm(content, { actor, also: done });
    else if (isWrong) deposits.takeBack(content, { actor, also: done });
    else if (doors.isClosed(compartment)) deposits.abandon(content, { actor, reason, also: done });
    else mistakes.wontCloseByApp(content, actor, done);
    screen.answered(compartment, action === "attest_deposit", action === "release" ? reason : undefined);
    return answer(command.id, "done", null);
  }

  /** The courier's word after a door was opened to take something out. */
  function settleRetrieval(command: Command): Result {
    const { compartment, parcel, action, actor } = command;
    const content = contentOf(command);
    const mine = content !== undefined && content.parcel === parcel && parcel !== null ? content : undefined;
    const isAsked = mine?.state === "retrieving" || (mine?.state === "unsure" && !store.quarantine.has(compartment));
    const isDoneAlready =
      action === "attest_retrieval"
        ? !mine && parcel !== null && store.contents.isSpent(parcel)
        : action === "attest_missing"
          ? mine?.state === "unsure" && store.quarantine.of(compartment)?.reason === "nothing_inside"
          : action === "release" && mine?.state === "stored";
    if (action === "attest_deposit" || (!isDoneAlready && !isAsked)) return refuse(command, "unexpected_state");
    if (!doors.isClosed(compartment)) return refuse(command, "door_open");
    const outcome = action === "attest_retrieval" ? "out" : action === "attest_missing" ? "missing" : "left";
    const done = (): void => {
      store.commands.see(command.id, epoch, command.seq, now());
      store.commands.settle(command.id, "done", null, now());
    };
    if (isDoneAlready || !mine) store.change(done);
    else retrievals.settle(mine, outcome, { actor, also: done });
    screen.answered(compartment, false);
    return answer(command.id, "done", null);
  }

  return { execute };
}
export type Commands = ReturnType<typeof commands>;
