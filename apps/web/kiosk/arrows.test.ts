import assert from "node:assert/strict";
import { test } from "node:test";
import { isArrow, towards } from "./arrows.ts";

const box = (left: number, top: number) => ({ left, top, right: left + 10, bottom: top + 10 });
/** A keypad of three by three, 0 to 8, and one button below its middle. */
const keys = [...Array.from({ length: 9 }, (_, at) => box((at % 3) * 20, Math.floor(at / 3) * 20)), box(20, 60)];

test("arrows go to the neighbour in their direction and nowhere at the edge", () => {
  assert.equal(towards(keys[4]!, keys, "ArrowUp"), 1);
  assert.equal(towards(keys[4]!, keys, "ArrowLeft"), 3);
  assert.equal(towards(keys[7]!, keys, "ArrowDown"), 9);
  assert.equal(towards(keys[6]!, keys, "ArrowDown"), 9);
  assert.equal(towards(keys[0]!, keys, "ArrowLeft"), -1);
});

test("every button is reached from the first by arrows alone", () => {
  const reached = new Set([0]);
  const open = [0];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const key of ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"]) {
      const next = towards(keys[at]!, keys, key);
      if (next >= 0 && !reached.has(next)) {
        reached.add(next);
        open.push(next);
      }
    }
  }
  assert.equal(reached.size, keys.length);
  assert.equal(isArrow("Enter"), false);
});
