import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { within, type Timers } from "@pigeonhole/kit/timers";
import { open as openEnvelope } from "@pigeonhole/protocol/envelope";
import {
  Acknowledge,
  Answer,
  Desired,
  askTimeoutMs,
  maxEventsPerMessage,
  type Ask,
  type Heartbeat,
  type Hello,
  type Result,
} from "@pigeonhole/protocol/messages";
import type { Telemetry } from "@pigeonhole/protocol/telemetry";
import { abilities } from "@pigeonhole/protocol/together";
import { openTime } from "@pigeonhole/protocol/time";
import type { DownTopic, UpTopic } from "@pigeonhole/protocol/topics";
import type { Renew } from "@pigeonhole/protocol/certificates";
import type { StationKeyring } from "../rights/keyring.ts";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Store } from "../store/store.ts";
import type { StationClock } from "../time/station-clock.ts";
import type { Quality } from "./quality.ts";
import type { Wire } from "./wire.ts";

/** Events that were sent and not acknowledged are sent again after so long. Milliseconds. */
const resendMs = 5_000;
/** A certificate that ends soon is asked to be renewed so often. Milliseconds. */
const renewEveryMs = 3_600_000;

interface Needs {
  readonly wire: Wire;
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly station: string;
  readonly epoch: number;
  readonly keys: StationKeyring;
  readonly renewal: {
    isDue(): boolean;
    expiresAt(): Date | null;
    /** Throws when it is not the next certificate of this station. */
    take(message: unknown): void;
  };
  readonly clock: StationClock;
  readonly firmware: string;
  readonly bootId: string;
  readonly vitals: () => Pick<Heartbeat, "openDoors" | "temperatureC" | "mains" | "batteryPercent">;
  /** The station speaks so often. Seconds. */
  readonly beatSeconds: () => number;
  readonly execute: (message: unknown) => Promise<Result | null>;
  /** The backend's wishes, or the connection, have changed. */
  readonly changed: () => void;
  readonly quality: Quality;
  readonly now: Now;
  readonly newId: NewId;
  readonly timers: Timers;
  readonly log: Log;
}

/** The conversation with the backend: positions, wishes down, facts up, questions, orders and their results. Nothing at the doors waits for it. */
export function link(needs: Needs) {
  const {
    wire,
    store,
    cabinet,
    station,
    epoch,
    keys,
    renewal,
    clock,
    firmware,
    bootId,
    vitals,
    beatSeconds,
    execute,
    changed,
    quality,
    now,
    newId,
    timers,
    log,
  } = needs;
  let isUp = false;
  /** The backend has said something on this connection. Before, the broker may be there alone: what is said to it is confirmed, and heard by nobody. */
  let isHeard = false;
  /** The version of the document of this epoch; one of a former enrolment still serves, and is replaced by whatever comes. */
  const desiredVersion = (): number => (cabinet.desired?.epoch === epoch ? cabinet.desired.version : 0);
  /** The last event of the batch under way; 0 when none is. */
  let sentUpTo = 0;
  let askedToRenewMs = 0;
  let cancelResend = (): void => {};
  let cancelHeartbeat = (): void => {};
  const questions = new Map<string, (answer: Answer | null) => void>();

  const send = (name: UpTopic, content: unknown): Promise<boolean> =>
    quality.measured(
      wire.publish(name, content).then(
        () => true,
        (error: unknown) => {
          log.debug({ err: error, name }, "a message could not be sent");
          return false;
        },
      ),
    );

  function up(): void {
    isUp = true;
    quality.up();
    log.info("connected to the backend");
    const challenge = newId();
    clock.asked(challenge);
    const hello: Hello = {
      v: 1,
      epoch,
      desiredVersion: desiredVersion(),
      lastEventSeq: store.journal.lastSeq(),
      oldestEventSeq: store.journal.oldestSeq(),
      firmware,
      bootId,
      now: now().toISOString(),
      keyGeneration: keys.generation(),
      challenge,
      can: [...abilities],
    };
    void send("presence", { online: true, bootId });
    void send("hello", hello);
    pace();
    sentUpTo = 0;
    pump();
    renewWhenDue();
    changed();
  }

  function down(): void {
    isUp = false;
    isHeard = false;
    cancelHeartbeat();
    cancelResend();
    // Whoever waits for an answer decides alone now.
    for (const answer of questions.values()) answer(null);
    log.warn("disconnected from the backend");
    changed();
  }

  /** Says how things stand now, and from now on as often as it is meant to. */
  function pace(): void {
    cancelHeartbeat();
    cancelHeartbeat = timers.every(beatSeconds() * 1_000, beat);
    beat();
  }

  const pending = (): number => store.journal.lastSeq() - store.acknowledged;

  function beat(): void {
    if (!isUp) return;
    const heartbeat: Heartbeat = {
      now: now().toISOString(),
      desiredVersion: desiredVersion(),
      pendingEvents: pending(),
      firmware,
      everySeconds: beatSeconds(),
      ...vitals(),
    };
    void send("heartbeat", heartbeat);
  }

  /** Sends the next events when none are under way: in order, one batch at a time, from the acknowledged position. */
  function pump(): void {
    if (!isUp || sentUpTo > store.acknowledged) return;
    const events = store.journal.after(store.acknowledged, maxEventsPerMessage);
    if (events.length === 0) return;
    sentUpTo = store.acknowledged + events.length;
    void send("events", { events });
    cancelResend();
    cancelResend = timers.after(resendMs, () => {
      sentUpTo = 0;
      pump();
    });
  }

  function onAcknowledge(content: unknown): void {
    const { epoch: theirs, seq } = Acknowledge.parse(content);
    if (theirs !== epoch || seq > store.journal.lastSeq()) {
      log.error(
        { theirs, epoch, seq, last: store.journal.lastSeq() },
        "the backend acknowledges events that this station never wrote: another one has its identity, or its store was put back",
      );
      return;
    }
    // A lower position than before is followed too: the backend was put back, and what it lost is still here.
    if (seq !== store.acknowledged) {
      cancelResend();
      sentUpTo = 0;
      store.acknowledge(seq);
    }
    // Without progress what is under way is left to its timer: a backend that keeps refusing a batch is not flooded with it.
    pump();
  }

  function onDesired(content: unknown): void {
    const desired = openEnvelope("desired", content, keys.pinned, Desired);
    if (desired.station !== station || desired.epoch !== epoch) throw new Error("a desired document for another station or epoch");
    const version = desiredVersion();
    if (desired.version <= version) {
      log.info({ version, offered: desired.version }, "an older desired document was left aside");
      return;
    }
    clock.signed(new Date(desired.issuedAt));
    store.change(() => store.meta.set("time_floor", clock.tick().toISOString()));
    if (keys.learn(desired.signingKeys)) log.info({ generation: keys.generation() }, "the backend's signing keys have changed");
    cabinet.apply(desired);
    beat();
    changed();
  }

  async function onCommand(content: unknown): Promise<void> {
    const result = await execute(content);
    if (result) await report(result);
  }

  async function report(result: Result): Promise<void> {
    // Told again on the next connection when this one broke before, or nobody may have listened.
    if ((await send("result", result)) && isHeard) store.change(() => store.commands.reported(result.command));
  }

  /** The backend speaks, so it listens: outcomes that an earlier connection may have lost are told. */
  function heard(): void {
    if (isHeard || !isUp) return;
    isHeard = true;
    for (const result of store.commands.unreported()) void report(result);
  }

  function onAnswer(content: unknown): void {
    const answer = Answer.parse(content);
    questions.get(answer.id)?.(answer);
  }

  function onKeys(content: unknown): void {
    // This station was away while the keys changed: the network's authority vouches for the present ones.
    if (keys.learnStatement(content)) log.info({ generation: keys.generation() }, "the network's authority has stated other signing keys");
  }

  function onCertificate(content: unknown): void {
    renewal.take(content);
    log.info({ expiresAt: renewal.expiresAt() }, "the certificate was renewed");
  }

  function onTime(content: unknown): void {
    const { station: theirs, challenge, at } = openTime(content, keys.authority);
    if (theirs !== station || !clock.answered(challenge, new Date(at))) throw new Error("no answer to the question of this connection");
    store.change(() => store.meta.set("time_floor", clock.tick().toISOString()));
    log.warn({ at }, "the network's authority has said what time it is: the clock of this computer is off");
    beat();
    changed();
  }

  /** Asks for the next certificate, at most once an hour. */
  function renewWhenDue(): void {
    const atMs = now().getTime();
    if (!isUp || !renewal.isDue() || Math.abs(atMs - askedToRenewMs) < renewEveryMs) return;
    askedToRenewMs = atMs;
    void send("renew", { v: 1, expiresAt: renewal.expiresAt()!.toISOString() } satisfies Renew);
  }

  const handlers: Readonly<Record<DownTopic, (content: unknown) => void | Promise<void>>> = {
    desired: onDesired,
    command: onCommand,
    answer: onAnswer,
    acknowledge: onAcknowledge,
    keys: onKeys,
    certificate: onCertificate,
    time: onTime,
  };

  return {
    start(): void {
      wire.start({
        up,
        down,
        message: (name, content) => {
          heard();
          // Whatever comes over the line, the cabinet goes on.
          void (async () => handlers[name](content))().catch((error: unknown) =>
            log.error({ err: error, name }, "a message of the backend could not be used"),
          );
        },
      });
    },
    isUp: (): boolean => isUp,
    /** Events that the backend has not confirmed. */
    pending,
    /** Says what no handshake belongs to; false when it could not be said. */
    say: (name: "telemetry", content: Telemetry): Promise<boolean> => send(name, content),
    renewWhenDue,
    /** New events are waiting. */
    pump,
    /** Says how things stand, beside the regular times: after every movement of a door (A9.2). */
    beat,
    /** Follows another pace, on the radio too. */
    repace(): void {
      if (isUp) pace();
      wire.renew?.();
    },
    /** Asks the backend about a presented right; null when the link is down or no answer came within 800 ms. */
    async ask(question: Omit<Ask, "id" | "at">): Promise<Answer | null> {
      if (!isUp) return null;
      const id = newId();
      const answered = new Promise<Answer | null>((resolve) => questions.set(id, resolve));
      void send("ask", { ...question, id, at: now().toISOString() });
      try {
        return (await within(timers, askTimeoutMs, answered)) ?? null;
      } finally {
        questions.delete(id);
      }
    },
    async stop(): Promise<void> {
      cancelHeartbeat();
      cancelResend();
      if (isUp) await within(timers, 500, send("presence", { online: false, bootId }));
      isUp = false;
      await wire.stop();
    },
  };
}
export type Link = ReturnType<typeof link>;
