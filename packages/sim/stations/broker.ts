import { dispatcher, type Receive } from "@pigeonhole/devices/dispatch";
import type { Link } from "@pigeonhole/devices/link";
import { silentLog } from "@pigeonhole/kit/log";
import { topic, type UpTopic } from "@pigeonhole/protocol/topics";
import { backoffMs } from "@pigeonhole/station/link/backoff";
import { readMessage } from "@pigeonhole/station/link/read-message";
import type { Wire } from "@pigeonhole/station/link/wire";
import type { Sent } from "../checks/at-the-lock.ts";
import type { Draw } from "../time/draw.ts";
import type { Life } from "../time/node-clock.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { Way, Weather } from "./weather.ts";

/** A station's connection with the broker. */
interface Session {
  readonly station: string;
  readonly alive: Life;
  readonly on: Parameters<Wire["start"]>[0];
  readonly will: unknown;
  isOpen: boolean;
  /** When the last message arrives, by direction: a line keeps their order unless it is disturbed. */
  readonly lastMs: Record<Way, number>;
  /** Whoever waits for a confirmation. */
  readonly waiting: Set<(isConfirmed: boolean) => void>;
}
interface Backend {
  readonly alive: Life;
  readonly receive: Receive;
  readonly dispatch: ReturnType<typeof dispatcher>;
}

/** What was not confirmed is said again after so long, so often; then the line counts as broken. */
const again = { ms: 3_000, times: 5 } as const;
/** A side that hears nothing at all for so long gives the session up: one and a half keepalives. Milliseconds. */
const silentMs = 23_000;
/** A message that was damaged on its way ends in the middle of a word. */
const torn = (text: string): string => text.slice(0, Math.floor(text.length * 0.7));
/** The backend's own line to the broker is back so soon. Milliseconds. */
const backendBackMs = 500;

interface Needs {
  readonly scheduler: Scheduler;
  readonly draw: Draw;
  readonly weather: Weather;
  readonly trace: (what: string, detail?: unknown) => void;
  /** Told of every order that the backend gives, as it goes out. */
  readonly sent?: (command: Sent) => void;
}

/**
 * The broker and the lines to it, with what MQTT 3.1.1 promises and no more: at least once while a session lasts, clean sessions, a will when one
 * breaks. What is on its way may be lost, come twice, late or out of order.
 */
export function simBroker({ scheduler, draw, weather, trace, sent = () => {} }: Needs) {
  const sessions = new Map<string, Session>();
  let backend: Backend | undefined;
  let isUp = true;
  let isBackendUp = true;
  /** What was told to the backend while the broker lived, in case it keeps it over a restart. */
  let unread: { readonly station: string; readonly name: UpTopic; readonly text: string }[] = [];

  function hear(station: string, name: UpTopic, text: string): void {
    scheduler.after(draw.between(1, 5), `backend hears ${name}`, () => {
      if (!isUp || !isBackendUp || !backend || backend.alive.isOver) return void unread.push({ station, name, text });
      if (unread.length > 50) unread = unread.slice(-50);
      backend.dispatch.take(backend.receive, topic(station, name), Buffer.from(text));
    });
  }

  function transmit(session: Session, way: Way, what: string, arrive: (isGarbled: boolean) => void, left: number = again.times): void {
    if (!session.isOpen || !isUp) return;
    const fate = weather.isCut(session.station, way) ? "lost" : weather.fateOf(session.station);
    if (fate === "lost") {
      if (left === 0) return end(session, "nothing gets through");
      scheduler.after(again.ms, `${what} again`, () => transmit(session, way, what, arrive, left - 1));
      return;
    }
    const due = scheduler.nowMs + weather.delayMs(session.station);
    const ms = fate === "reordered" ? due + draw.between(50, 2_000) : Math.max(due, session.lastMs[way] + 0.01);
    if (fate !== "reordered") session.lastMs[way] = ms;
    if (fate !== "carried") trace(`net ${fate} ${way}`, what);
    const deliver = (): void => {
      if (session.isOpen && isUp) arrive(fate === "garbled");
    };
    scheduler.at(ms, `${way} ${what}`, deliver);
    if (fate === "twice") scheduler.at(ms + draw.between(1, 5_000), `${way} ${what} twice`, deliver);
  }

  function end(session: Session, why: string): void {
    if (!session.isOpen) return;
    session.isOpen = false;
    if (sessions.get(session.station) === session) sessions.delete(session.station);
    for (const resolve of session.waiting) resolve(false);
    session.waiting.clear();
    trace("session ended", `${session.station} ${why}`);
    hear(session.station, "presence", JSON.stringify(session.will));
    scheduler.after(draw.between(1, 50), "line down", () => session.alive.isOver || session.on.down());
  }

  /** The line of one start of a station. */
  function wire(station: string, alive: Life, will: unknown): Wire {
    let session: Session | undefined;
    let failures = 0;
    const own = draw.of(`line ${station}`);
    const later = (on: Session["on"]): void => {
      scheduler.after(backoffMs(failures++, own.random), "line tries again", () => connect(on));
    };
    function connect(on: Session["on"]): void {
      if (alive.isOver) return;
      if (!isUp || weather.isCut(station, "up") || weather.isCut(station, "down")) return later(on);
      const former = sessions.get(station);
      if (former) end(former, "taken over");
      const mine: Session = {
        station,
        alive,
        will,
        isOpen: true,
        lastMs: { up: 0, down: 0 },
        waiting: new Set(),
        on: {
          ...on,
          down: () => {
            on.down();
            later(on);
          },
        },
      };
      session = mine;
      scheduler.after(own.between(20, 200), "line up", () => {
        if (alive.isOver || !isUp) return alive.isOver ? undefined : later(on);
        failures = 0;
        sessions.set(station, mine);
        on.up();
      });
    }
    return {
      start: connect,
      publish(name, content) {
        const mine = session;
        if (alive.isOver) return new Promise<never>(() => {});
        if (!mine?.isOpen || sessions.get(station) !== mine) return Promise.reject(new Error("the station is not connected"));
        const text = JSON.stringify(content);
        return new Promise((resolve, reject) => {
          const settle = (isConfirmed: boolean): void => {
            mine.waiting.delete(settle);
            if (isConfirmed) resolve();
            else reject(new Error("the connection was lost"));
          };
          mine.waiting.add(settle);
          transmit(mine, "up", name, (isGarbled) => {
            settle(true);
            hear(station, name, isGarbled ? torn(text) : text);
          });
        });
      },
      renew: () => session && end(session, "another pace"),
      async stop() {},
    };
  }

  /** The line of one start of the backend. */
  function link(alive: Life): Link {
    return {
      isUp: () => isUp && isBackendUp && backend?.alive === alive,
      send: (station, name, message) => {
        if (!isUp || !isBackendUp || alive.isOver) return Promise.resolve(false);
        const payload = Buffer.from(JSON.stringify(message));
        if (name === "command") sent(JSON.parse((message as { readonly body: string }).body) as Sent);
        const isForAll = name === "command" && weather.isMisdirected(station);
        for (const session of isForAll ? [...sessions.values()] : [sessions.get(station)].flatMap((one) => one ?? []))
          transmit(session, "down", name, (isGarbled) => {
            const text = isGarbled ? Buffer.from(torn(payload.toString())) : payload;
            const read = readMessage(session.station, topic(session.station, name), text);
            if (!session.alive.isOver && typeof read !== "string") session.on.message(read.name, read.content);
          });
        return new Promise((resolve) => {
          scheduler.after(2, "broker confirms", () => resolve(true));
        });
      },
      cut: async (station) => {
        const session = sessions.get(station);
        if (session) end(session, "cut off");
      },
      async start(receive) {
        backend = { alive, receive, dispatch: dispatcher(silentLog) };
      },
      async stop() {},
    };
  }

  return {
    wire,
    link,
    isConnected: (station: string): boolean => sessions.has(station),
    /** A line has gone dead; whoever hears nothing for long enough notices. */
    watchSilence(station: string): void {
      const session = sessions.get(station);
      if (!session) return;
      scheduler.after(silentMs, "silence", () => {
        if (session.isOpen && (weather.isCut(station, "up") || weather.isCut(station, "down"))) end(session, "silence");
      });
    },
    /** The broker stops for so long. With its memory it tells afterwards what nobody has read; without, all of it is gone. */
    restart(ms: number, hasMemory: boolean): void {
      isUp = false;
      for (const session of sessions.values()) end(session, "the broker is gone");
      scheduler.after(ms, "broker starts", () => {
        isUp = true;
        const kept = hasMemory ? unread : [];
        unread = [];
        scheduler.after(backendBackMs, "backend's line", () => kept.forEach(({ station, name, text }) => hear(station, name, text)));
      });
    },
    /** The backend's own line breaks for so long. */
    cutBackend(ms: number): void {
      isBackendUp = false;
      scheduler.after(ms, "backend's line", () => {
        isBackendUp = true;
      });
    },
    /** The machine of a station is gone without a word: the broker finds out by its silence. */
    gone(station: string): void {
      const session = sessions.get(station);
      if (session) scheduler.after(draw.between(1_000, silentMs), "station is silent", () => session.alive.isOver && end(session, "gone"));
    },
  };
}
export type SimBroker = ReturnType<typeof simBroker>;
