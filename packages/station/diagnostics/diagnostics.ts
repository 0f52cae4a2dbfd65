import type { Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import { diagnosisMinutes, maxDiagnosisBytes, type Diagnosis, type DiagnosisMessage } from "@pigeonhole/protocol/diagnostics";
import { WebSocket } from "ws";
import type { LogTail } from "./log-tail.ts";

/** Lines are sent together so often, and how the station is a little more seldom. Milliseconds. */
const everyMs = { log: 1_000, status: 3_000 } as const;
/** Lines that wait to be sent; more are passed over, and their number is said. */
const maxWaiting = 200;
const linesAtOnce = 50;
const handshakeMs = 10_000;
/** What the line has not taken by then is not added to. Bytes. */
const maxBuffered = 262_144;

interface Needs {
  readonly key: string;
  readonly certificate: () => string;
  readonly ca: string;
  readonly tail: LogTail;
  readonly selfTest: () => Promise<DiagnosisMessage>;
  readonly status: () => DiagnosisMessage;
  readonly now: Now;
  readonly timers: Timers;
  readonly log: Log;
}

/**
 * A look inside, asked for by the backend in its signed document (A9.4): the station itself opens the line, over TLS 1.3 with its own
 * certificate, says what it knows, and closes it in time. Nothing that comes back over it is obeyed.
 */
export function diagnostics({ key, certificate, ca, tail, selfTest, status, now, timers, log }: Needs) {
  let current: { readonly session: string; end(why: string): void } | undefined;
  /** A session is opened once, whatever became of it. */
  let last: string | undefined;

  function open({ session, url, until }: Diagnosis): void {
    last = session;
    const leftMs = Math.min(Date.parse(until) - now().getTime(), diagnosisMinutes * 60_000);
    if (leftMs <= 0) return;
    const tls = { key, cert: certificate(), ca, minVersion: "TLSv1.3", rejectUnauthorized: true } as const;
    const socket = new WebSocket(`${url}/${session}`, {
      ...tls,
      handshakeTimeout: handshakeMs,
      maxPayload: 1_024,
      perMessageDeflate: false,
    });
    let waiting: string[] = [];
    let passedOver = 0;
    const cancels: (() => void)[] = [];

    const say = (message: DiagnosisMessage): boolean => {
      if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > maxBuffered) return false;
      const text = JSON.stringify(message);
      if (Buffer.byteLength(text) <= maxDiagnosisBytes) socket.send(text);
      return true;
    };
    const sayLines = (): void => {
      if (passedOver > 0) waiting.unshift(`… ${passedOver} lines passed over`);
      if (waiting.length > 0 && say({ kind: "log", lines: waiting.slice(0, linesAtOnce) })) {
        waiting = waiting.slice(linesAtOnce);
        passedOver = 0;
      }
    };
    const end = (why: string): void => {
      if (current?.session !== session) return;
      current = undefined;
      tail.listen(undefined);
      for (const cancel of cancels) cancel();
      socket.close(1_000);
      cancels.push(timers.after(handshakeMs, () => socket.terminate()));
      log.info({ why }, "the look inside has ended");
    };
    current = { session, end };
    socket.once("open", () => {
      log.warn({ until }, "somebody looks inside this station");
      waiting = [...tail.lines()].slice(-maxWaiting);
      tail.listen((line) => {
        if (waiting.length < maxWaiting) waiting.push(line);
        else passedOver++;
      });
      cancels.push(
        timers.every(everyMs.log, sayLines),
        timers.every(everyMs.status, () => void say(status())),
      );
      say(status());
      sayLines();
      void selfTest().then(say, (error: unknown) => log.error({ err: error }, "the self-test failed"));
    });
    socket.on("error", (error) => log.warn({ err: error }, "the line of a look inside failed"));
    socket.once("close", () => end("closed"));
    cancels.push(timers.after(leftMs, () => end("time")));
  }

  return {
    /** What the desired document says now. */
    wish(diagnosis: Diagnosis | null): void {
      if (current && current.session !== diagnosis?.session) current.end("called off");
      if (diagnosis && diagnosis.session !== last) open(diagnosis);
    },
    stop: (): void => current?.end("stopping"),
  };
}
export type Diagnostics = ReturnType<typeof diagnostics>;
