// A technician commissions a cabinet at its own screen, in a real browser (F11): from the boards to the network, with twins on the way.
import assert from "node:assert/strict";
import path from "node:path";
import { after, test } from "node:test";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { silentLog } from "@pigeonhole/kit/log";
import { simulatedBoard } from "@pigeonhole/lock-boards/simulated";
import { readWiring } from "@pigeonhole/station/commissioning/wiring-file";
import { serveCommissioning } from "@pigeonhole/station/commissioning/server";
import { strangeCabinet, takesAnyone } from "@pigeonhole/station/commissioning/testing";
import { openBrowser } from "../../../../tools/browser.ts";
import { buildWeb, dist } from "../../build.ts";

await buildWeb();
const browser = await openBrowser();
after(() => browser[Symbol.asyncDispose]());
/** Screens wait for a busy machine as long as this. Milliseconds. */
const patienceMs = 30_000;
const port = "serial:/dev/ttyTEST";

// Both themes when pictures of them are wanted: SCREENSHOTS=<folder>.
for (const colorScheme of process.env["SCREENSHOTS"] ? (["light", "dark"] as const) : (["light"] as const)) {
  test(`the wizard at the kiosk, ${colorScheme}`, { timeout: 120_000 }, async () => {
    const board = simulatedBoard("cu16", 3, { polarity: "zero_is_closed" });
    const twin = simulatedBoard("cu16", 3);
    const twins = { port, baud: 19_200, board: twin, doors: new Map([[1, 9]]) };
    const hung = [
      {
        port,
        baud: 19_200,
        board,
        doors: new Map([
          [1, 1],
          [2, 2],
        ]),
      },
      twins,
    ];
    using cabinet = strangeCabinet(hung, { fetch: takesAnyone });
    const work = cabinet.start();
    const served = await serveCommissioning({
      commissioning: work,
      ports: async () => [port],
      pages: dist,
      pin: "314159",
      backendUrl: "http://backend.test",
      monotonic: systemMonotonic,
      port: 0,
      log: silentLog,
    });
    try {
      await using visitor = await browser.open({ viewport: { width: 1080, height: 1920 }, colorScheme, allowed: [/status of 40[39]/] });
      const { page } = visitor;
      page.setDefaultTimeout(patienceMs);
      const heading = (name: string | RegExp) => page.getByRole("heading", { name }).waitFor();
      const press = (name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
      const picture = async (name: string): Promise<void> => {
        const { SCREENSHOTS } = process.env;
        if (SCREENSHOTS) await page.screenshot({ path: path.join(SCREENSHOTS, `commissioning-${name}-kiosk-${colorScheme}.png`) });
      };
      await page.goto(`http://127.0.0.1:${served.port}/`);
      await heading("Service PIN");
      await page.getByLabel("PIN").fill("000000");
      await press("Go on");
      await page.getByLabel("Boards").selectOption("cu16");
      await press("Look for boards");
      // The wrong PIN is asked for again, and the next act goes through.
      await heading("Service PIN");
      await page.getByLabel("PIN").fill("314159");
      await page.keyboard.press("Enter");
      await page.getByLabel("Boards").selectOption("cu16");
      await press("Look for boards");
      await heading("1 board found");
      await page.getByText("Two boards seem to have this address").waitFor();
      await picture("twins");
      assert.equal(await page.getByRole("button", { name: /Open the doors/ }).count(), 0, "nothing goes on before they are told apart");
      hung.splice(1);
      await press("Look again");
      await page.getByLabel("Boards").selectOption("cu16");
      await press("Look for boards");
      await page.getByText("KERONG KR-CU16, address 3, /dev/ttyTEST, 19200 baud").waitFor();
      await press(/Open the doors/);
      await heading("Lock 1 of board A");
      await press("Open it");
      await heading("Which door has opened?");
      await picture("which");
      assert.deepEqual(cabinet.openDoors(), [1]);
      await press("Door 1");
      await heading("Push door 1 shut");
      cabinet.shut();
      await heading("Lock 2 of board A");
      await press("Open it");
      await heading("Which door has opened?");
      // Another number than the screen would guess: typed.
      await page.getByLabel("Another number").fill("12");
      await page.keyboard.press("Enter");
      await heading("Push door 12 shut");
      cabinet.shut();
      await heading("Lock 3 of board A");
      await press("Open it");
      await heading("Which door has opened?");
      await press("No door opened");
      await page.getByText("nothing hangs on this lock").waitFor();
      await press("All doors are mapped");
      for (const door of [1, 12]) {
        await heading(`Test door ${door}`);
        await press("Open it");
        await heading(`Push door ${door} shut`);
        await picture("test");
        cabinet.shut();
      }
      await heading("Sign the record");
      assert.equal(await page.getByRole("button", { name: "Sign", exact: true }).isDisabled(), true, "nobody signs without a name");
      await page.getByLabel("Your name").fill("Ada Tester");
      await picture("sign");
      await press("Sign");
      await heading("Join the network");
      await page.getByText("2 doors have passed; the record is signed.").waitFor();
      await page.getByLabel("One-time token").fill("t".repeat(32));
      await press("Join");
      await heading("This cabinet is in service");
      assert.deepEqual(readWiring(cabinet.folder)!.doors, [
        { door: 1, board: "A", lock: 1 },
        { door: 12, board: "A", lock: 2 },
      ]);
      assert.equal(readWiring(cabinet.folder)!.lines[0]!.boards[0]!.quirks?.polarity, "zero_is_closed");
      assert.equal(twin.fired.length, 0);
    } finally {
      await served.stop();
      await work.stop();
    }
  });
}
