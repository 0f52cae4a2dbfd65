import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { some, type Plan } from "../plan.ts";
import { bare, type Town } from "./town.ts";

const place = "api: bytes";
/** Whoever has not been answered or cut off by then is waited for no longer. Milliseconds. */
const patienceMs = 1_500;

/** Sends bytes and reads until the other end closes or falls silent. */
function say(port: number, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const timer = setTimeout(() => done(), patienceMs);
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(heard);
    };
    socket
      .on("data", (chunk) => (heard += chunk.toString("latin1")))
      .on("error", done)
      .on("close", done);
  });
}

/** What no ordinary client sends. Each is refused, cut off, or answered as nobody; none tells a secret, and the server goes on. */
export async function apiWire({ ledger, size }: Plan, town: Town): Promise<void> {
  const { sides, asking } = town;
  const { url } = sides.server;
  const { port, host } = new URL(url);
  const { ann, ben } = asking;
  const own = ben.as.shop["authorization"]!;
  const end = `Host: ${host}\r\nConnection: close\r\n\r\n`;
  const inner = `GET /api/parcels/${ann.parcel} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const post = (head: string, body: string): string =>
    `POST /api/sign-in-codes HTTP/1.1\r\nContent-Type: application/json\r\n${head}Host: ${host}\r\nConnection: close\r\n\r\n${body}`;
  const bomb = gzipSync(Buffer.alloc(20_000_000)).toString("latin1");
  const paths = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc/passwd",
    "/assets/..%5c..%5cetc/passwd",
    "/assets/%00/etc/passwd",
    "//etc/passwd",
    "/firmware/metadata/../../../../etc/passwd",
    "/firmware/targets/%2e%2e/%2e%2e/package.json",
    "/api/../.env",
    "/.git/config",
    "/api//internal/parcels",
    "/api/%69nternal/parcels?ids=x",
    "/API/internal/parcels",
    "/api/internal/../internal/parcels",
    "/api;/internal/parcels",
    "/package.json",
    "/apps/server/settings.ts",
  ];
  const attempts: readonly (readonly [string, string])[] = [
    ...paths.map((at) => ["a path that leads elsewhere", `GET ${at} HTTP/1.1\r\n${end}`] as const),
    ["two lengths of one body", post("Content-Length: 2\r\nContent-Length: 40\r\n", `{}${inner}`)],
    ["a length and chunks", post(`Content-Length: 4\r\nTransfer-Encoding: chunked\r\n`, `0\r\n\r\n${inner}`)],
    ["chunks under another spelling", post("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${inner}`)],
    ["chunks twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", `0\r\n\r\n${inner}`)],
    ["a chunk longer than it says", post("Transfer-Encoding: chunked\r\n", `1\r\n${"x".repeat(50)}\r\n0\r\n\r\n`)],
    ["a negative length", post("Content-Length: -1\r\n", "{}")],
    ["a length beyond all numbers", post("Content-Length: 99999999999999999999\r\n", "{}")],
    ["a body after a GET", `GET /api/stations HTTP/1.1\r\nContent-Length: 5\r\n${end}hello`],
    ["line breaks in a header", `GET /api/parcels HTTP/1.1\r\nX-Request-Id: a\rSet-Cookie: ph_session=x\r\n${end}`],
    ["a folded header", `GET /api/parcels HTTP/1.1\r\nX-A: a\r\n b\r\n${end}`],
    ["a header without a name", `GET /api/parcels HTTP/1.1\r\n: x\r\n${end}`],
    ["a header with NUL", `GET /api/parcels HTTP/1.1\r\nX-A: a\0b\r\n${end}`],
    ["64 kB of headers", `GET /api/parcels HTTP/1.1\r\nX-A: ${"a".repeat(65_536)}\r\n${end}`],
    ["five thousand headers", `GET /api/parcels HTTP/1.1\r\n${"X-A: a\r\n".repeat(5_000)}${end}`],
    ["no Host", "GET /api/parcels HTTP/1.1\r\n\r\n"],
    ["two Hosts", `GET /api/parcels HTTP/1.1\r\nHost: evil.example\r\n${end}`],
    ["a foreign target", `GET http://169.254.169.254/latest/meta-data/ HTTP/1.1\r\n${end}`],
    ["a tunnel", `CONNECT 127.0.0.1:5432 HTTP/1.1\r\n${end}`],
    ["TRACE with a key", `TRACE /api/parcels HTTP/1.1\r\nAuthorization: ${own}\r\n${end}`],
    ["HTTP/0.9", "GET /api/parcels\r\n"],
    ["HTTP/2 at once", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["HTTP/3.7", `GET / HTTP/3.7\r\n${end}`],
    ["TLS where there is none", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
    ["PostgreSQL's greeting", "\0\0\0\x08\x04\xd2\x16/"],
    ["a compressed bomb", post(`Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n`, bomb)],
    ["a method of nonsense", `FROBNICATE /api/parcels HTTP/1.1\r\n${end}`],
    ["an upgrade", `GET /changes HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nHost: ${host}\r\n\r\n`],
    ["noise", "\0\x01\x02\xff\xfe".repeat(2_000)],
  ];
  const secrets = [...ann.secrets, "root:x:0:0", '"name": "pigeonhole"', "SECRET_KEYS", "[core]"];
  await Promise.all(
    some({ size }, attempts, 12).map(async ([what, text]) => {
      const heard = await say(Number(port), Buffer.from(text, "latin1"));
      const statuses = [...heard.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
      const leaked = secrets.filter((secret) => heard.includes(secret));
      const breach =
        leaked.length > 0
          ? `tells ${leaked.join(", ")}`
          : statuses.some((status) => status >= 500 && status !== 501 && status !== 505)
            ? `broke: ${heard.slice(0, 200)}`
            : statuses.length > 1
              ? `one request was answered as ${statuses.length}`
              : undefined;
      ledger.note(place, what, "refused, cut off, or answered as nobody", statuses.join(" ") || "cut off", breach && `${what}: ${breach}`);
    }),
  );
  const alive = await bare(`${url}/healthz`, {});
  ledger.note(
    place,
    "the server, afterwards",
    "goes on",
    String(alive.status),
    alive.status === 200 ? undefined : `the server answers ${alive.status}`,
  );
}
