// Commissioning on a terminal (F11): a technician who answers what is asked, and the kiosk's API beside it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { silentLog } from "@pigeonhole/kit/log";
import { systemTimers } from "@pigeonhole/kit/timers";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import type { CommissioningApi } from "./contract.ts";
import { dialog } from "./dialog.ts";
import { commissioningApp } from "./server.ts";
import { newStation, strangeCabinet, takesAnyone, type StrangeCabinet } from "./testing.ts";

const port = "serial:/dev/ttyTEST";
const cabinetOf = (doors: ReadonlyMap<number, number>): StrangeCabinet =>
  strangeCabinet([{ port, baud: 19_200, board: simulatedBoard("cu16", 3), doors }], { fetch: takesAnyone });

test("a technician at a terminal, from the scan to the network, over two sittings", async () => {
  using cabinet = cabinetOf(
    new Map([
      [1, 7],
      [2, 8],
    ]),
  );
  const said: string[] = [];
  /** Answers until a question comes that ends the sitting. */
  const sit = (leaves: (question: string) => boolean): Promise<boolean> => {
    const c = cabinet.start();
    let asked = 0;
    const talk = dialog({
      commissioning: c,
      ports: async () => [port],
      backendUrl: "http://backend.test",
      timers: systemTimers,
      models: ["cu16"],
      say: (line) => {
        said.push(line);
        if (line.endsWith("Push it shut.")) cabinet.shut();
      },
      ask: async (question) => {
        assert.ok(asked++ < 60, question);
        if (leaves(question)) return undefined;
        if (question.startsWith("Which lines")) return "";
        if (question.includes("[b]egin")) return "b";
        if (question.includes("has opened?")) return cabinet.openDoors().join(",") || "0";
        if (question.startsWith("Open lock")) return question.includes("with 2 doors") ? "f" : "o";
        if (question.startsWith("Test")) return "o";
        if (question.startsWith("Who")) return said.includes("Please type your name.") ? "Ada Tester" : "";
        if (question.startsWith("Address of the backend")) return "";
        return "t".repeat(32);
      },
    });
    return talk.finally(() => c.stop());
  };
  assert.equal(await sit((question) => question.startsWith("Open lock 2")), false);
  assert.equal(cabinet.fired(), 1);
  assert.equal(await sit(() => false), true);
  const text = said.join("\n");
  assert.match(text, /KERONG KR-CU16, address 3, serial:\/dev\/ttyTEST at 19200 baud/);
  assert.match(text, /Door 7 is lock 1 of board A\. Push it shut\./);
  assert.match(text, /2 doors have passed\.\nPlease type your name\.\n2 doors have passed\.\nThe record is signed\./);
  assert.match(text, new RegExp(`This cabinet is station ${newStation} now. 2 doors are in service.`));
  assert.equal(cabinet.fired(), 4);
});

test("at the kiosk nothing is done without the service PIN, and five wrong ones are enough for a minute", async () => {
  using cabinet = cabinetOf(new Map([[1, 1]]));
  const c = cabinet.start();
  let atMs = 0;
  const app = commissioningApp({ commissioning: c, ports: async () => [port], pin: "314159", monotonic: () => atMs, log: silentLog });
  const api = client<CommissioningApi>("http://127.0.0.1/api", {
    fetch: (async (...given: Parameters<typeof globalThis.fetch>) => app.request(...given)) as typeof globalThis.fetch,
  });
  const act = (pin: string) => api.commissioning.acts.$post({ json: { pin, act: { kind: "scan", ports: [port], models: ["cu16"] } } });
  const shown = await api.commissioning.$get();
  assert.ok(shown.status === 200);
  assert.equal((await shown.json()).commissioning?.needsPin, true);
  for (let wrong = 0; wrong < 5; wrong++) assert.equal((await act(`00000${wrong}`)).status, 403);
  assert.equal((await act("314159")).status, 429, "guessing on does not pay");
  atMs += 60_000;
  assert.equal(c.wizard.step, "lines");
  assert.equal((await act("314159")).status, 200);
  const deadline = performance.now() + 10_000;
  while (String(c.wizard.step) !== "boards") {
    assert.ok(performance.now() < deadline);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const wrong = await api.commissioning.acts.$post({
    json: { pin: "314159", act: { kind: "enrol", url: "http://x.test", token: "t".repeat(20) } },
  });
  assert.equal(wrong.status, 409);
  const foreign = await app.request("http://127.0.0.1/api/commissioning", { headers: { "sec-fetch-site": "cross-site" } });
  assert.equal(foreign.status, 403, "another page of this computer");
  await c.stop();
});
