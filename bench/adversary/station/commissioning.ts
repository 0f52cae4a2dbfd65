import { bent, evilBodies } from "@pigeonhole/server/testing-hostile";
import { silentLog } from "@pigeonhole/kit/log";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import { commissioningApp } from "@pigeonhole/station/commissioning/server";
import { strangeCabinet, takesAnyone } from "@pigeonhole/station/commissioning/testing";
import { cameOf, faultOf } from "../api/town.ts";
import { some, type Plan } from "../plan.ts";

const place = "station: commissioning";
const port = "serial:/dev/ttyTEST";
const pin = "314159";

/** The technician's dialog before somebody who is none: without the PIN, from another page, with steps that are not its turn. No lock is fired. */
export async function stationCommissioning({ ledger, size }: Plan): Promise<void> {
  using cabinet = strangeCabinet([{ port, baud: 19_200, board: simulatedBoard("cu16", 3), doors: new Map([[1, 1]]) }], {
    fetch: takesAnyone,
  });
  const work = cabinet.start();
  let atMs = 0;
  const app = commissioningApp({ commissioning: work, ports: async () => [port], pin, monotonic: () => atMs, log: silentLog });
  const before = JSON.stringify(work.wizard);
  const attempt = async (
    what: string,
    expected: string,
    isGood: (status: number) => boolean,
    body: string,
    headers: Record<string, string> = {},
    url = "http://127.0.0.1/api/commissioning/acts",
  ): Promise<number> => {
    const answer = await app.request(url, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), ...headers },
    });
    const told = { status: answer.status, text: await answer.text(), contentType: answer.headers.get("content-type") };
    const moved =
      cabinet.fired() > 0
        ? "a lock was fired"
        : JSON.stringify(work.wizard) !== before || work.scanning !== null
          ? "the wizard has gone on"
          : undefined;
    const breach = moved ?? faultOf(told) ?? (isGood(told.status) ? undefined : `answered ${told.status} ${told.text.slice(0, 150)}`);
    ledger.note(place, what, expected, cameOf(told), breach && `${body.slice(0, 100)}: ${breach}`);
    return told.status;
  };
  const scan = { kind: "scan", ports: [port], models: ["cu16"] };
  const acts: readonly object[] = [
    scan,
    { kind: "begin" },
    { kind: "fire" },
    { kind: "which", doors: [1] },
    { kind: "again" },
    { kind: "leave_out" },
    { kind: "finish" },
    { kind: "enrol", url: "https://evil.example", token: "t".repeat(32) },
  ];
  for (const act of acts)
    await attempt("an act without the PIN", "403 or 429", (status) => status === 403 || status === 429, JSON.stringify({ act }));
  atMs += 120_000;
  let compared = 0;
  for (let guess = 0; guess < (size === "full" ? 200 : 20); guess++) {
    const status = await attempt(
      "a guessed PIN",
      "403, and after five 429 for a minute",
      (status) => status === 403 || status === 429,
      JSON.stringify({ pin: String(100_000 + guess), act: scan }),
    );
    if (status === 403) compared++;
  }
  ledger.note(
    place,
    "all guesses within a minute",
    "five compared",
    `${compared} compared`,
    compared <= 5 ? undefined : `${compared} were compared`,
  );
  await attempt("the right PIN, too soon", "429", (status) => status === 429, JSON.stringify({ pin, act: scan }));
  atMs += 120_000;
  const refused = (status: number): boolean => status >= 400 && status < 500;
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }, { origin: "null" }])
    await attempt("from another page in the browser", "403", (status) => status === 403, JSON.stringify({ pin, act: scan }), headers);
  for (const host of ["evil.example", "kiosk.local"])
    await attempt(
      "under a name that was bent to this machine",
      "403",
      (status) => status === 403,
      JSON.stringify({ pin, act: scan }),
      {},
      `http://${host}/api/commissioning/acts`,
    );
  // With the PIN, of somebody who has it: nothing that is not its turn, and nothing that is no act.
  for (const act of acts.slice(1)) await attempt("an act that is not its turn", "409", refused, JSON.stringify({ pin, act }));
  for (const body of some({ size }, evilBodies, 4)) await attempt("a body that is none", "a refusal with a code", refused, body);
  for (const act of acts)
    for (const each of some({ size }, [...bent(act)], 2)) {
      const isGood = JSON.stringify(each).includes('"scan"');
      // A scan of other lines is the technician's to ask for.
      if (!isGood) await attempt("one wrong value", "a refusal with a code", refused, JSON.stringify({ pin, act: each }));
    }
  for (const line of ["/etc/passwd", "serial:/etc/passwd\n", "tcp:169.254.169.254:80;rm -rf /", "", "x".repeat(500)])
    await attempt(
      "a line that is none",
      "a refusal, and nothing is opened",
      refused,
      JSON.stringify({ pin, act: { ...scan, ports: [line] } }),
    );
  await work.stop();
}
