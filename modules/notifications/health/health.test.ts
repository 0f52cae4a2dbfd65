import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { openDatabase, operator, ann, start } from "../testing.ts";
import type { MessageHealthApi } from "./contract.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("A5.5: the share collected within 24 hours by the channels of the code; A5.4: what waits, what failed and since when nobody answers", async () => {
  await using w = await start(database, { channels: { push: null } });
  const ask = async (actor = operator) => {
    const api = client<MessageHealthApi>("http://n", {
      headers: { "x-actor": JSON.stringify(actor) },
      fetch: (input, init) => w.built.routes.request(String(input), init),
    });
    return api["message-health"].$get({ query: {} });
  };
  const [soon, late, never, young] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  await w.ready(soon);
  await w.ready(never);
  await w.tick();
  w.told.recipient = { ...w.told.recipient!, phone: null };
  await w.ready(late);
  await w.tick();
  w.pass(23 * 3_600);
  await w.become(soon, "stored", "collected");
  w.pass(3 * 3_600);
  await w.become(late, "stored", "collected");
  await w.ready(young);
  w.mail.told.mode = "busy";
  for (let attempts = 0; attempts < 6; attempts++) {
    await w.job("address");
    await w.job("email");
    w.pass(60);
  }
  w.sms.told.status = 422;
  w.told.recipient = { ...w.told.recipient, phone: "+37251234567" };
  await w.ready(randomUUID());
  await w.job("address");
  await w.job("sms");
  const answer = await ask();
  assert.ok(answer.status === 200);
  const { channels, collected } = await answer.json();
  assert.deepEqual(collected, [
    { channels: ["email", "sms"], parcels: 2, withinADay: 1 },
    { channels: ["email"], parcels: 1, withinADay: 0 },
  ]);
  const [email, sms, push] = channels;
  assert.deepEqual([email!.state, sms!.state, push!.state], ["away", "well", "unused"]);
  assert.equal(email!.error, "the mail server answered 421 to CONN");
  assert.ok(email!.since !== null && email!.waiting >= 2 && email!.oldestWaitingAt !== null);
  assert.deepEqual(sms!.failures, [{ error: "the text message provider answered 422", count: 1 }]);
  assert.deepEqual(sms!.states, [{ state: "failed", count: 1 }]);
  assert.equal((await ask(ann as typeof operator)).status, 403);
});
