import assert from "node:assert/strict";
import { test } from "node:test";
import { gathered } from "./gathered.ts";

test("a thousand questions at once become a few, each with its own answer; an error reaches those that asked then", async () => {
  const asked: number[] = [];
  let isBroken = false;
  const isEven = gathered(async (numbers: readonly number[]) => {
    asked.push(numbers.length);
    await new Promise((resolve) => setImmediate(resolve));
    if (isBroken) throw new Error("away");
    return new Set(numbers.filter((n) => n % 2 === 0));
  }, 400);
  const answers = await Promise.all(Array.from({ length: 1_000 }, (_, n) => isEven(n)));
  assert.ok(answers.every((is, n) => is === (n % 2 === 0)));
  assert.deepEqual(asked, [1, 400, 400, 199]);
  isBroken = true;
  const failed = await Promise.allSettled([isEven(1), isEven(2)]);
  assert.ok(failed.every(({ status }) => status === "rejected"));
  isBroken = false;
  assert.equal(await isEven(2), true, "and it goes on");
});
