import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { openDatabase, opened, start } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("a command is given only for a delivery that is expected, with what must be in the box, and recorded with its outcome", async () => {
  await using w = await start(database, { devices: async (body) => opened(body["id"]) });
  const { parcel } = await w.confirm(5);
  const answer = await w.command("open", parcel);
  assert.ok(answer.status === 200);
  assert.equal((await answer.json()).outcome, "opened");
  assert.deepEqual(
    w.sent.map(({ id: _, ...rest }) => rest),
    [{ action: "open", compartment: 5, parcel, purpose: "dropoff", actor: "courier:7", expected: { parcel: null } }],
  );
  assert.deepEqual(
    (await w.facts("access.command_given")).map((f) => [f["action"], f["outcome"], f["actor"], f["compartment"]]),
    [["open", "opened", "courier:7", 5]],
  );
  assert.equal((await w.command("open", randomUUID())).status, 404);
  assert.equal((await w.command("open", parcel, "courier:7", "parcels")).status, 403);
  assert.equal((await w.command("open", parcel, "customer:7")).status, 403);
  await w.deposit(parcel, 5);
  const again = await w.command("open", parcel);
  assert.ok(again.status === 403 && (await again.json()).code === "no_right");
  const attest = await w.command("attest_deposit", parcel);
  assert.ok(attest.status === 200 && (await attest.json()).outcome === "done", "the word given again is believed");
  const late = await w.confirm(6);
  w.pass(5 * 24);
  assert.equal((await w.command("open", late.parcel)).status, 403, "half-open: at the deadline nothing is delivered");
  assert.equal(w.sent.length, 1, "nothing of all this reached the station");
});

test("a station out of reach, an outcome that nobody knows, and a crash between sending and recording all end in the trail", async () => {
  let answer = async (_id: unknown): Promise<Response> => Response.json({ code: "unreachable" }, { status: 503 });
  await using w = await start(database, { devices: (body) => answer(body["id"]) });
  const { parcel } = await w.confirm();
  const away = await w.command("open", parcel);
  assert.ok(away.status === 503 && (await away.json()).code === "station_unreachable");
  answer = async (id) => Response.json({ command: id, outcome: "unknown", reason: null, at: "2026-01-10T12:00:00Z" });
  const unknown = await w.command("open", parcel);
  assert.ok(unknown.status === 200 && (await unknown.json()).outcome === "unknown");
  answer = async () => {
    throw new Error("connection reset");
  };
  const reset = await w.command("open", parcel);
  assert.ok(reset.status === 200 && (await reset.json()).outcome === "unknown");
  await w.db
    .insertInto("access.command")
    .values({
      id: randomUUID(),
      station: w.station,
      compartment: 1,
      action: "open",
      purpose: "dropoff",
      parcel,
      actor: "courier:7",
      given_at: w.now(),
      outcome: null,
      reason: null,
    })
    .execute();
  w.pass(1);
  await w.built.jobs.find((job) => job.name === "access.settle")!.run(null);
  await w.built.jobs.find((job) => job.name === "access.settle")!.run(null);
  assert.deepEqual(
    (await w.facts("access.command_given")).map((f) => f["outcome"]),
    ["unreachable", "unknown", "unknown", "unknown"],
  );
});
