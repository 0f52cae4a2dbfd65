import { request } from "node:http";
import { bent, evilBodies, texts } from "@pigeonhole/server/testing-hostile";
import { silentLog } from "@pigeonhole/kit/log";
import { grantOf } from "@pigeonhole/station/link/testing";
import { serveKiosk } from "@pigeonhole/station/kiosk/server";
import { testStation } from "@pigeonhole/station/testing";
import { cameOf, faultOf } from "../api/town.ts";
import { some, type Plan } from "../plan.ts";

const place = "station: kiosk's api";

/** A request as it is, with a Host of one's own. */
function ask(port: number, method: string, at: string, headers: Record<string, string>, body?: string) {
  return new Promise<{ status: number; text: string; contentType: string | null }>((resolve) => {
    const sent = request({ host: "127.0.0.1", port, path: at, method, headers, agent: false }, (answer) => {
      let text = "";
      answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode!, text, contentType: answer.headers["content-type"] ?? null }));
    });
    sent.on("error", () => resolve({ status: 0, text: "", contentType: null }));
    sent.end(body);
  });
}

/** What a page in a browser on the cabinet's computer, or somebody at its network, may send to the kiosk: nothing opens, nothing changes. */
export async function stationKioskApi({ ledger, size }: Plan): Promise<void> {
  await using world = await testStation(["small", "medium"], (t) => ({ walkUp: [2], grants: [grantOf(t, "12345678")] }));
  const needs = {
    station: world.station,
    stationId: world.test.identity.station,
    supportPhone: "+49 30 1",
    languages: ["en"],
    requestsPerSecond: 1_000_000,
  };
  const server = await serveKiosk({ ...needs, port: 0, timers: world.time.timers, log: silentLog });
  const own = { host: `127.0.0.1:${server.port}`, "content-type": "application/json" };
  const state = (): string =>
    JSON.stringify([world.station.screen.step, world.station.cabinet.desired, world.station.store.contents.all()]);
  const before = state();
  const attempt = async (
    what: string,
    expected: string,
    isGood: (status: number) => boolean,
    method: string,
    at: string,
    headers: Record<string, string>,
    body?: string,
  ): Promise<void> => {
    const told = await ask(server.port, method, at, headers, body);
    const isCutOff = told.status === 0 || told.text === "";
    const fault = isCutOff || told.status < 400 || at.startsWith("/api") === false ? undefined : faultOf(told);
    const moved =
      world.fired().length > 0
        ? "a lock was fired"
        : state() !== before
          ? `the screen or the store has changed: ${state().slice(0, 200)}`
          : undefined;
    const breach =
      moved ??
      fault ??
      (told.text.includes("root:")
        ? "a file of the computer was told"
        : isGood(told.status) || isCutOff
          ? undefined
          : `answered ${told.status} ${told.text.slice(0, 150)}`);
    ledger.note(
      place,
      what,
      expected,
      isCutOff ? "cut off" : cameOf(told),
      breach && `${method} ${at} ${(body ?? "").slice(0, 80)}: ${breach}`,
    );
    // Wrong codes are counted; what is tried here is something else.
    world.time.pass(600_000);
  };
  try {
    const code = JSON.stringify({ code: "12345678" });
    const refused = (status: number): boolean => status === 403;
    const hosts = [
      "evil.example",
      "kiosk.local",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "xn--localhost-.example",
      "169.254.169.254.nip.io",
    ];
    for (const host of hosts)
      for (const [method, at, body] of [
        ["GET", "/api/kiosk", undefined],
        ["POST", "/api/kiosk/pickup", code],
      ] as const)
        await attempt("under a name that was bent to this machine", "403", refused, method, at, { ...own, host }, body);
    const pages: readonly Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: `http://127.0.0.1:${server.port + 1}` },
      { origin: `http://localhost:${server.port}`, "sec-fetch-site": "same-site" },
    ];
    for (const page of pages)
      for (const type of ["application/json", "text/plain"])
        await attempt(
          "from another page in the browser",
          "403",
          refused,
          "POST",
          "/api/kiosk/pickup",
          { ...own, ...page, "content-type": type },
          code,
        );
    const paths = [
      "/../../etc/passwd",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/..%2f..%2fetc%2fpasswd",
      "//etc/passwd",
      "/%00",
      "/%",
      "/assets/../../../../etc/passwd",
      "/\\..\\..\\etc\\passwd",
      "/file:///etc/passwd",
    ];
    for (const at of paths)
      await attempt("a path that leads out of the pages", "no file of the computer", (status) => status < 500, "GET", at, own);
    const routes: readonly (readonly [string, unknown])[] = [
      ["/kiosk/pickup", { code: "00000000" }],
      ["/kiosk/scan", { text: "PH1.AAAA" }],
      ["/kiosk/deposits", { size: "huge" }],
      ["/kiosk/answer", { isParcelIn: true }],
      ["/kiosk/answer-out", { parcel: "out" }],
      ["/kiosk/problem", { reason: "empty" }],
      ["/kiosk/reopen", undefined],
      ["/simulator/doors/1", { door: "open" }],
      ["/simulator/sensors", { isTampered: true }],
    ];
    const isAnswered = (status: number): boolean => status >= 200 && status < 500;
    for (const [at, body] of routes) {
      for (const evil of some({ size }, evilBodies, 2))
        await attempt("a body that is none", "a refusal with a code", isAnswered, "POST", `/api${at}`, own, evil);
      for (const each of body === undefined ? [] : some({ size }, [...bent(body)], 3)) {
        const text = JSON.stringify(each);
        // Rightly asked for by the kiosk's own screen: that is a deposit.
        if (text.includes('"medium"') || text.includes("12345678")) continue;
        await attempt("one wrong value", "a refusal with a code", isAnswered, "POST", `/api${at}`, own, text);
      }
      await attempt(
        "another content type",
        "415 or 404",
        (status) => [404, 415].includes(status),
        "POST",
        `/api${at}`,
        { ...own, "content-type": "text/plain" },
        "code=12345678",
      );
      await attempt("another method", "404", (status) => status === 404, "DELETE", `/api${at}`, own);
    }
    for (const text of some({ size }, texts, 4))
      await attempt(
        "text for a code",
        "a refusal with a code",
        isAnswered,
        "POST",
        "/api/kiosk/pickup",
        own,
        JSON.stringify({ code: text }),
      );
  } finally {
    await server.stop();
  }
}
