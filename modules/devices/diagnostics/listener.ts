import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import { DiagnosisMessage, maxDiagnosisBytes } from "@pigeonhole/protocol/diagnostics";
import { WebSocketServer, type WebSocket } from "ws";
import { bucket } from "../bucket.ts";
import { serialText, type Ca } from "../certificates.ts";
import { admitted } from "../queries/authority.ts";
import type { Tables } from "../tables.ts";
import * as queries from "./queries.ts";

const limits = {
  /** Looks at the same time, in this process. */
  sockets: 200,
  /** New connections per second on average, and at once, before any handshake. */
  connections: { perSecond: 20, burst: 100 },
  /** Messages of one station. Who says more is cut off. */
  messages: { perSecond: 10, burst: 60 },
  /** Lines that wait to be written. */
  waitingLines: 400,
} as const;
const handshakeMs = 10_000;
/** What was said is written, and whether the look goes on is asked, so often; the line is measured a little more seldom. Milliseconds. */
const everyMs = { write: 1_000, ping: 2_000 } as const;

interface Needs {
  readonly db: Db<Tables>;
  readonly ca: Ca;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  readonly log: Log;
}

/** Where stations open their line when somebody looks inside: WebSocket over TLS 1.3, a client certificate of our authority, each session once. */
export async function listenForLooks({
  db,
  ca,
  host,
  port,
  now,
  monotonic,
  timers,
  log,
}: Needs): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const server = createServer({
    ca: ca.ca.certificate,
    cert: ca.broker.certificate,
    key: ca.broker.key,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.3",
    handshakeTimeout: handshakeMs,
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
  });
  server.maxConnections = limits.sockets;
  const connections = bucket(limits.connections, monotonic);
  server.on("connection", (socket) => {
    if (!connections.take()) socket.destroy();
  });
  server.on("tlsClientError", (error) => log.info({ reason: error.message }, "a TLS handshake of a look failed"));
  // Nothing is to be had here but the one thing.
  server.on("request", (_request, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxDiagnosisBytes, perMessageDeflate: false, clientTracking: true });

  server.on("upgrade", (request, socket, head) => {
    const refuse = (status: string): void => void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    void (async () => {
      const { subject, serialNumber } = (socket as TLSSocket).getPeerCertificate();
      const session = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(request.url ?? "")?.[1];
      const station = subject?.CN;
      const serial = serialText(serialNumber);
      if (!session || typeof station !== "string" || !(await admitted(db, [serial], now())).has(serial)) return refuse("403 Forbidden");
      const until = await queries.connect(db, session, station, now()).catch(() => undefined);
      if (!until) return refuse("403 Forbidden");
      sockets.handleUpgrade(request, socket, head, (ws) => follow(ws, session, station, until));
    })().catch((error: unknown) => {
      log.warn({ err: error }, "a look could not begin");
      socket.destroy();
    });
  });

  function follow(ws: WebSocket, session: string, station: string, until: Date): void {
    const pace = bucket(limits.messages, monotonic);
    const news = { lines: [] as string[], status: null as queries.News["status"], selfTest: null as queries.News["selfTest"] };
    const trips: number[] = [];
    let [sent, answered, pingedAt, isEnded] = [0, 0, 0, false];
    const end = (why: string): void => {
      if (isEnded) return;
      isEnded = true;
      cancels.forEach((cancel) => cancel());
      ws.close(1_000);
      cancels.push(timers.after(handshakeMs, () => ws.terminate()));
      void write()
        .then(() => db.transaction().execute((tx) => queries.end(tx, station, why, now())))
        .catch((error: unknown) => log.warn({ err: error, station }, "the end of a look could not be recorded"));
    };
    const write = async (): Promise<void> => {
      const said = { ...news };
      [news.lines, news.status, news.selfTest] = [[], null, null];
      const sorted = trips.toSorted((a, b) => a - b);
      const network =
        sent === 0
          ? null
          : { roundTripMs: sorted[Math.floor(sorted.length / 2)] ?? null, slowestMs: sorted.at(-1) ?? null, sent, answered };
      const goesOn = await queries.add(db, session, { ...said, network });
      if (!goesOn) end("asked");
      else if (now() >= until) end("time");
    };
    const cancels = [
      timers.every(
        everyMs.write,
        () => void write().catch((error: unknown) => log.warn({ err: error, station }, "a look could not be written")),
      ),
      timers.every(everyMs.ping, () => {
        if (ws.readyState !== ws.OPEN) return;
        sent++;
        pingedAt = monotonic();
        ws.ping();
      }),
    ];
    ws.on("pong", () => {
      answered++;
      trips.push(Math.round((monotonic() - pingedAt) * 10) / 10);
      if (trips.length > 100) trips.shift();
    });
    ws.on("message", (data: Buffer, isBinary) => {
      if (isEnded) return;
      const message = isBinary || !pace.take() ? undefined : parsed(data);
      if (!message) return end("too_much");
      if (message.kind === "log") news.lines = [...news.lines, ...message.lines.map(storable)].slice(-limits.waitingLines);
      else if (message.kind === "status") news.status = message;
      else news.selfTest = message;
    });
    ws.on("error", (error) => log.info({ station, reason: error.message }, "the line of a look failed"));
    ws.once("close", () => end("lost"));
    log.info({ station, session }, "a look inside a station has begun");
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const ws of sockets.clients) ws.terminate();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function parsed(data: Buffer): DiagnosisMessage | undefined {
  try {
    return DiagnosisMessage.parse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(data)));
  } catch {
    return undefined;
  }
}
/** PostgreSQL's texts hold no NUL, and no half of a character. */
const storable = (line: string): string => line.replaceAll("\0", "").toWellFormed();
