import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import type { AccessApi } from "@pigeonhole/access/contract";
import { Acknowledge, Ask, Events, Heartbeat, Hello, Presence, Result, type Envelope } from "@pigeonhole/protocol/messages";
import { maxMessageBytes, type UpTopic } from "@pigeonhole/protocol/topics";
import { timeIsOffMs } from "@pigeonhole/protocol/time";
import { Renew } from "@pigeonhole/protocol/certificates";
import type { z } from "zod";
import { ingest } from "./ingest.ts";
import type { Receive } from "./dispatch.ts";
import type { Link } from "./link.ts";
import * as queries from "./queries.ts";
import * as commands from "./queries/commands.ts";
import { quarantine } from "./queries/events.ts";
import type { Tables } from "./tables.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly access: Client<AccessApi>;
  readonly link: Link;
  /** Sends the desired document when it is newer than `has`. */
  readonly sendDesired: (station: string, has: number) => Promise<void>;
  readonly takeTelemetry: (station: string, message: unknown) => Promise<void>;
  /** The authority's statement of the signing keys, for a station that trusts an older set than the present one. */
  readonly keysFor: (generation: number) => Promise<Envelope | undefined>;
  /** The authority's word on what time it is now. */
  readonly timeFor: (station: string, challenge: string) => Envelope;
  readonly renewed: (tx: Tx<Tables>, station: string) => Promise<string | undefined>;
  /** Hands a station's answer to whoever waits for it in this process. */
  readonly answered: (result: Result) => void;
}

/** What becomes of each message of a station. */
export function inbox({ db, now, log, access, link, sendDesired, takeTelemetry, keysFor, timeFor, renewed, answered }: Needs): Receive {
  const acknowledge = (station: string, at: Acknowledge): Promise<boolean> => link.send(station, "acknowledge", at);

  const isTrusted = async (station: string): Promise<boolean> => (await queries.link(db, station))?.isRevoked === false;
  const lockTrusted = async (tx: Tx<Tables>, station: string): Promise<queries.Link | undefined> => {
    const known = await queries.lockLink(tx, station);
    return known?.isRevoked === false ? known : undefined;
  };

  const on: { readonly [Name in UpTopic]: (station: string, message: unknown) => Promise<void> } = {
    hello: async (station, message) => {
      const hello = Hello.parse(message);
      const before = await db.transaction().execute(async (tx) => {
        const before = await lockTrusted(tx, station);
        if (!before || hello.epoch !== before.epoch) return undefined;
        await queries.saw(tx, station, before, { hello }, now());
        // A log that has become shorter was copied back, or is a copy: sooner or later it would use a number twice.
        if (hello.lastEventSeq < before.eventSeq) {
          const said = JSON.stringify({ epoch: hello.epoch, lastEventSeq: hello.lastEventSeq });
          await quarantine(
            tx,
            station,
            `the station's log ends at ${hello.lastEventSeq}, it has reported up to ${before.eventSeq}`,
            said,
            now(),
          );
        }
        // What is missing can never be told: the log has a hole, and nothing after it would be believed.
        if (hello.oldestEventSeq > before.eventSeq + 1) {
          const said = JSON.stringify({ epoch: hello.epoch, oldestEventSeq: hello.oldestEventSeq });
          const missing = `${before.eventSeq + 1} to ${hello.oldestEventSeq - 1}`;
          await quarantine(tx, station, `the station has lost the entries ${missing} of its log`, said, now());
        }
        return before;
      });
      if (!before) return;
      await acknowledge(station, { epoch: before.epoch, seq: before.eventSeq });
      const isOff = Math.abs(now().getTime() - new Date(hello.now).getTime()) > timeIsOffMs;
      if (isOff && hello.challenge !== undefined) await link.send(station, "time", timeFor(station, hello.challenge));
      const keys = await keysFor(hello.keyGeneration);
      if (keys) await link.send(station, "keys", keys);
      await sendDesired(station, hello.desiredVersion);
    },
    heartbeat: async (station, message) => {
      const heartbeat = Heartbeat.parse(message);
      const usual = await queries.beat(db, station, heartbeat, now());
      const before =
        usual ??
        (await db.transaction().execute(async (tx) => {
          const before = await lockTrusted(tx, station);
          if (before) await queries.saw(tx, station, before, { heartbeat }, now());
          return before;
        }));
      if (!before) return;
      // An acknowledgement may have been lost with a connection: the position says where to go on.
      if (heartbeat.pendingEvents > 0) await acknowledge(station, { epoch: before.epoch, seq: before.eventSeq });
      if (!usual?.hasNewest) await sendDesired(station, heartbeat.desiredVersion);
    },
    presence: async (station, message) => {
      const presence = Presence.parse(message);
      await db.transaction().execute(async (tx) => {
        const before = await lockTrusted(tx, station);
        if (!before) return;
        if (presence.online) await queries.saw(tx, station, before, { bootId: presence.bootId }, now());
        // The will of a run that has ended says nothing about the run that followed.
        else if (before.bootId === presence.bootId) await queries.left(tx, station, before, now());
      });
    },
    events: async (station, message) => {
      const { events } = Events.parse(message);
      const position = await db.transaction().execute((tx) => ingest(tx, station, events, now()));
      if (position) await acknowledge(station, position);
    },
    telemetry: async (station, message) => {
      if (await isTrusted(station)) await takeTelemetry(station, message);
    },
    ask: async (station, message) => {
      const ask = Ask.parse(message);
      if (!(await isTrusted(station)) || !(await queries.takeAsk(db, station, ask.id, now()))) return;
      const answer = await access.internal.access.stations[":station"].decisions.$post({ param: { station }, json: ask });
      if (answer.status !== 200) throw new Error(`the question could not be decided: ${answer.status}`);
      await link.send(station, "answer", await answer.json());
    },
    renew: async (station, message) => {
      Renew.parse(message);
      const certificate = await db
        .transaction()
        .execute(async (tx) => ((await lockTrusted(tx, station)) ? renewed(tx, station) : undefined));
      if (certificate !== undefined) await link.send(station, "certificate", { certificate });
    },
    result: async (station, message) => {
      const result = Result.parse(message);
      if (!(await isTrusted(station))) return;
      if (await commands.settle(db, station, result)) answered(result);
    },
  };
  return async (station, name, payload) => {
    const message = readJson(payload);
    if (message instanceof Error) return log.info({ station, message: name, reason: message.message }, "a station's message is unreadable");
    try {
      await on[name](station, message);
    } catch (error) {
      if (!isZodError(error)) throw error;
      log.info(
        { station, message: name, reason: error.issues.slice(0, 5).map((issue) => `${issue.path.join(".")}: ${issue.code}`) },
        "a station's message has another form",
      );
    }
  };
}

const isZodError = (error: unknown): error is z.ZodError => error instanceof Error && error.name === "ZodError";

function readJson(payload: Buffer): unknown {
  if (payload.length > maxMessageBytes) return new Error("too large");
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch (error) {
    return new Error("not JSON", { cause: error });
  }
}
