import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codeHash } from "./codes.ts";
import { downTopics, parseTopic, topic, upFilters, upTopics } from "./topics.ts";

const names = [...downTopics, ...upTopics];

test("a topic is read as it was written, by station and name", () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...names), (station, name) =>
      assert.deepEqual(parseTopic(topic(station, name)), { station, name }),
    ),
  );
});

test("what differs in anything is no topic of ours: levels, case, wildcards, control characters", () => {
  const station = "11111111-1111-4111-8111-11111111111a";
  const piece = fc.oneof(
    fc.constantFrom("ph", "1", "2", station, station.toUpperCase(), "+", "#", "$SYS", "", "\u0000", ...names),
    fc.string(),
  );
  const ours = new Set(names.map((name) => topic(station, name)));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join("/");
      assert.equal(
        parseTopic(text) !== undefined,
        ours.has(text) ||
          /^ph\/1\/[0-9a-f-]{36}\/(desired|command|answer|acknowledge|hello|events|ask|result|heartbeat|telemetry|presence)$/.test(text),
      );
    }),
    { numRuns: 5_000 },
  );
  for (const text of [
    `ph/1/${station}/command/`,
    ` ph/1/${station}/command`,
    `ph/1/${station}/command\n`,
    `ph/1/${station}/Command`,
    `ph/1/${station}/toString`,
    `ph/2/${station}/command`,
    "x".repeat(65_535),
  ]) {
    assert.equal(parseTopic(text), undefined, text.slice(0, 80));
  }
});

test("the backend's filters take in what stations say and nothing that it says itself", () => {
  const matches = (filter: string, text: string): boolean =>
    filter.split("/").every((part, i) => part === "+" || part === text.split("/")[i]);
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...names), (station, name) => {
      assert.equal(
        upFilters.filter((filter) => matches(filter, topic(station, name))).length,
        (upTopics as readonly string[]).includes(name) ? 1 : 0,
      );
    }),
  );
});

test("a code's hash depends on key, station and code alike", () => {
  const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const hashes = [
    codeHash(key, "a", "12345678"),
    codeHash(other, "a", "12345678"),
    codeHash(key, "b", "12345678"),
    codeHash(key, "a", "12345679"),
  ];
  assert.equal(new Set(hashes).size, 4);
  assert.match(hashes[0]!, /^[0-9a-f]{64}$/);
  assert.equal(codeHash(key, "a", "12345678"), hashes[0]);
});
