import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { openBrowser } from "./browser.ts";

const site = createServer((request, response) => {
  if (request.url !== "/") return void response.writeHead(404).end();
  response
    .setHeader("content-type", "text/html")
    .end(`<!doctype html><link rel="icon" href="data:,"><title>Smoke</title><h1>Pigeonhole</h1><canvas></canvas>`);
}).listen(0, "127.0.0.1");
const chromium = await openBrowser();
after(async () => {
  await chromium[Symbol.asyncDispose]();
  site.close();
});
const home = (): string => `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;

test("a page opens, is readable, draws text in a font and has WebGL", async () => {
  await using visitor = await chromium.open();
  await visitor.page.goto(home());
  assert.equal(await visitor.page.getByRole("heading").textContent(), "Pigeonhole");
  const drawn = await visitor.page.evaluate(() => ({
    width: document.querySelector("h1")!.firstChild !== null && new OffscreenCanvas(9, 9).getContext("2d")!.measureText("Pigeonhole").width,
    webgl: document.querySelector("canvas")!.getContext("webgl2") !== null,
  }));
  assert.ok(drawn.width && drawn.width > 20, `text is ${drawn.width} wide`);
  assert.equal(drawn.webgl, true);
});

test("errors of a page fail the test that opened it, unless they are allowed", async () => {
  const broken = async (allowed: RegExp[]): Promise<void> => {
    await using visitor = await chromium.open({ allowed });
    await visitor.page.goto(home());
    await visitor.page.evaluate(() => {
      console.error("said aloud");
      setTimeout(() => {
        throw new Error("thrown late");
      });
    });
    await visitor.page.waitForTimeout(100);
  };
  await assert.rejects(broken([]), /said aloud[\s\S]*thrown late/);
  await assert.rejects(broken([/said aloud/]), /thrown late/);
  await broken([/said aloud/, /thrown late/]);
});
