import { createPublicKey, randomUUID } from "node:crypto";
import type { DiagnosisApi } from "@pigeonhole/devices/diagnostics/contract";
import { actors } from "@pigeonhole/devices/world";
import type { Actor } from "@pigeonhole/identity/contract";
import { client } from "@pigeonhole/kit/client";
import { open } from "@pigeonhole/protocol/envelope";
import { Desired } from "@pigeonhole/protocol/messages";
import { WebSocket } from "ws";
import { pause, type Fleet } from "./fleet.ts";
import { some, type Plan } from "./plan.ts";

const place = "diagnostics line";

/** The line that a station opens when somebody looks inside: for its own certificate, once, for words alone (A9.4, A10.6). */
export async function diagnosticsLine({ ledger, size }: Plan, { world }: Fleet): Promise<void> {
  const support = { kind: "operator", id: actors.admin.id, role: "support" } as const satisfies Actor;
  const looks = client<DiagnosisApi>("http://test", {
    fetch: (input, init) => world.module.routes.request(input as string, init),
    headers: { "x-actor": JSON.stringify(support) },
  }).stations[":station"].diagnosis;
  const asked = async () => {
    const cab = await world.connected();
    await looks.$post({ param: { station: cab.id }, json: { reason: "Somebody attacks it" } });
    for (;;) {
      const { diagnosis } = open("desired", await cab.heard<never>("desired"), { k1: createPublicKey(world.signing.privateKey) }, Desired);
      if (diagnosis) return { cab, diagnosis };
    }
  };
  const dial = (url: string, identity?: { certificate: string; key: string }) =>
    new Promise<WebSocket | string>((resolve) => {
      const ws = new WebSocket(url, { ...(identity && { cert: identity.certificate, key: identity.key }), ca: world.ca.ca.certificate });
      ws.once("open", () => resolve(ws));
      ws.once("unexpected-response", (_request, response) => resolve(String(response.statusCode)));
      ws.on("error", () => resolve("no connection"));
    });
  const { cab, diagnosis } = await asked();
  const stranger = await world.connected();
  const url = `${diagnosis.url}/${diagnosis.session}`;
  const doors: readonly (readonly [string, string, { certificate: string; key: string } | undefined])[] = [
    ["another station's certificate", url, stranger.identity],
    ["no certificate", url, undefined],
    ["a made-up session", `${diagnosis.url}/${randomUUID()}`, cab.identity],
    ["a path that leads elsewhere", `${diagnosis.url}/../../etc/passwd`, cab.identity],
    ["SQL for a session", `${diagnosis.url}/${encodeURIComponent("' or 1=1 --")}`, cab.identity],
    ["no session", diagnosis.url, cab.identity],
  ];
  for (const [what, at, identity] of doors) {
    const came = await dial(at, identity);
    if (came instanceof WebSocket) came.terminate();
    ledger.note(
      place,
      what,
      "403, or no connection",
      typeof came === "string" ? came : "connected",
      typeof came === "string" ? undefined : `${what} was let in`,
    );
  }
  const ws = await dial(url, cab.identity);
  ledger.note(
    place,
    "its own certificate, once",
    "connected: else all refusals would prove nothing",
    typeof ws === "string" ? ws : "connected",
    typeof ws === "string" ? ws : undefined,
  );
  const again = await dial(url, cab.identity);
  ledger.note(
    place,
    "the same session twice",
    "403",
    typeof again === "string" ? again : "connected",
    again === "403" ? undefined : "let in twice",
  );
  if (typeof ws !== "string") ws.terminate();

  const floods: readonly (readonly [string, (line: WebSocket) => void])[] = [
    ["an order in place of a word", (line) => line.send(JSON.stringify({ kind: "open_door", compartment: 1 }))],
    ["a word of 70 kB", (line) => line.send("x".repeat(70_000))],
    ["bytes that are no text", (line) => line.send(Buffer.from([0xff, 0xfe]))],
    [
      "five hundred words at once",
      (line) => {
        for (let n = 0; n < 500; n++) line.send(JSON.stringify({ kind: "log", lines: [`line ${n}`] }));
      },
    ],
    ["members of all objects", (line) => line.send('{"__proto__":{"polluted":1},"kind":"log","lines":1}')],
    ["ten thousand brackets", (line) => line.send("[".repeat(10_000))],
  ];
  for (const [what, flood] of some({ size }, floods, 2)) {
    const { cab: mine, diagnosis: look } = await asked();
    const line = await dial(`${look.url}/${look.session}`, mine.identity);
    let came = "no connection";
    if (line instanceof WebSocket) {
      const isClosed = new Promise<void>((resolve) => line.once("close", () => resolve()));
      flood(line);
      await Promise.race([isClosed, pause(8_000)]);
      came = line.readyState === line.CLOSED ? "cut off" : "goes on";
      line.terminate();
    }
    ledger.note(place, what, "cut off, nothing kept of it", came, came === "cut off" ? undefined : `${what}: the line ${came}`);
    await mine.client.endAsync(true);
  }
  for (const { client: mqtt } of [cab, stranger]) await mqtt.endAsync(true);
}
