import assert from "node:assert/strict";
import { after, test } from "node:test";
import { problemOf } from "@pigeonhole/kit/client";
import { standingNumber } from "@pigeonhole/protocol/standing";
import { randomUUID } from "node:crypto";
import { PickupProblemTold } from "../events.ts";
import * as attempts from "../queries/attempts.ts";
import { ann, bob, neighbour, openDatabase, opened, phoneAs, start } from "../testing.ts";
import type { Standing } from "./contract.ts";
import { metresBetween } from "./domain.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof start>>;

const there = { position: { lat: 59.4371, lon: 24.7537, accuracyMetres: 20 } };
const far = { position: { lat: 59.45, lon: 24.7537, accuracyMetres: 20 } };
const unsure = { position: { ...there.position, accuracyMetres: 400 } };

async function tap(w: World, parcel: string, standing: Standing, by = ann): Promise<string> {
  const answer = await phoneAs(w, by).parcels[":parcel"].open.$post({ param: { parcel }, json: standing });
  return answer.status === 200 ? (await answer.json()).outcome : (await problemOf(answer as never)).code;
}

test("N9: whoever stands at the station opens the door; the position has to be near and sure, else the number on the screen decides", async () => {
  await using w = await start(database, { devices: async (body) => opened(body["id"]) });
  const { parcel } = await w.confirm(5);
  assert.equal(await tap(w, parcel, there), "not_ready", "nothing lies there yet");
  await w.deposit(parcel, 5);
  assert.equal(await tap(w, parcel, there, bob), "not_found", "another customer");
  assert.equal(await tap(w, parcel, far), "not_there");
  assert.equal(await tap(w, parcel, unsure), "not_there");
  assert.equal(await tap(w, parcel, {}), "not_there");
  const number = standingNumber(w.codeKey, w.station, w.now());
  assert.equal(await tap(w, parcel, { ...far, number: number === "0000" ? "0001" : "0000" }), "number_wrong");
  assert.equal(w.sent.length, 0, "nothing of this reached the station");
  w.pass(1);
  assert.equal(await tap(w, parcel, { ...unsure, number: standingNumber(w.codeKey, w.station, w.now()) }), "opened");
  assert.deepEqual(
    w.sent.map(({ id: _, ...order }) => order),
    [
      {
        action: "open",
        compartment: 5,
        parcel,
        purpose: "pickup",
        actor: `customer:${ann.kind === "customer" && ann.id}`,
        expected: { parcel },
      },
    ],
  );
});

test("I-34: attempts are counted before anything is compared, for each right; an hour later there are new ones", async () => {
  await using w = await start(database, { devices: async (body) => opened(body["id"]) });
  const { parcel } = await w.confirm(5);
  await w.deposit(parcel, 5);
  const wrong = standingNumber(w.codeKey, w.station, w.now()) === "0000" ? "1111" : "0000";
  for (let n = 0; n < 5; n++) assert.equal(await tap(w, parcel, { number: wrong }), "number_wrong");
  assert.equal(await tap(w, parcel, there), "too_many_requests", "also the right one");
  assert.equal(w.sent.length, 0);
  assert.equal(await w.verdict({ code: (await w.code(parcel)).code }), "granted", "the code opens as before (I-35)");
});

test("I-12, I-14: the signed order is for this right alone; what it opened is used up, code and QR too, and says who", async () => {
  let answer = async (id: unknown): Promise<Response> => opened(id);
  await using w = await start(database, { devices: (body) => answer(body["id"]) });
  const { parcel } = await w.confirm(5);
  await w.deposit(parcel, 5);
  const { code } = await w.code(parcel);
  assert.equal(await tap(w, parcel, there), "opened");
  const id = String(w.sent[0]!["id"]);
  const actor = String(w.sent[0]!["actor"]);
  const cause = { kind: "command", command: id, purpose: "pickup", actor, parcel } as const;
  await w.report({ type: "compartment_opened", compartment: 5, cause });
  assert.equal(await w.verdict({ code }), "used");
  assert.equal(await tap(w, parcel, there), "over");
  assert.deepEqual(
    (await w.facts("access.command_given")).map((fact) => [fact["purpose"], fact["outcome"], fact["actor"]]),
    [["pickup", "opened", actor]],
  );
  // Three outcomes, as they are.
  const other = await w.confirm(6);
  await w.deposit(other.parcel, 6);
  answer = async (command) => Response.json({ command, outcome: "unknown", reason: null, at: "2026-01-10T12:00:00Z" });
  assert.equal(await tap(w, other.parcel, there), "unknown");
  answer = async (command) => Response.json({ command, outcome: "refused", reason: "door_open", at: "2026-01-10T12:00:00Z" });
  assert.equal(await tap(w, other.parcel, there), "refused");
  answer = async () => Response.json({ code: "unreachable" }, { status: 503 });
  assert.equal(await tap(w, other.parcel, there), "station_unreachable");
});

test("I-37: an order for a pick-up is signed only while its right lives, only for a customer, only for its own compartment", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  await w.deposit(parcel, 5);
  const [grant] = (await w.known()).grants.filter((each) => each.kind === "pickup");
  const order = async (more: object) => {
    const id = randomUUID();
    const usual = {
      id,
      station: w.station,
      compartment: 5,
      action: "open",
      purpose: "pickup",
      parcel,
      actor: "customer:7",
      grant: grant!.id,
      given_at: w.now(),
    } as const;
    await attempts.giveCommand(w.db, { ...usual, ...more });
    const answer = await w
      .as(neighbour("devices"))
      .internal.access.signatures.$post({ json: { command: id, station: w.station, epoch: 1, seq: 1 } });
    return answer.status === 200 ? "signed" : (await problemOf(answer as never)).code;
  };
  const { parcel: another } = await w.confirm(6);
  assert.equal(await order({ actor: "courier:7" }), "no_right");
  assert.equal(await order({ actor: "operator:7" }), "no_right");
  assert.equal(await order({ compartment: 6 }), "no_right");
  assert.equal(await order({ parcel: another }), "no_right", "the right is for another parcel");
  assert.equal(await order({ purpose: "constructor" }), "no_right");
  assert.equal(await order({}), "signed");
  w.pass(3 * 24);
  assert.equal(await order({}), "no_right", "the window is over");
});

test("a distance is measured along the surface, also across the antimeridian", () => {
  assert.ok(Math.abs(metresBetween({ lat: 0, lon: 179.999 }, { lat: 0, lon: -179.999 }) - 222.4) < 1);
  assert.equal(metresBetween({ lat: 59, lon: 24 }, { lat: 59, lon: 24 }), 0);
});

test("F7: whoever opened the door tells from their phone what is wrong, while it is fresh; nobody else, and nobody who was not there", async () => {
  await using w = await start(database, { devices: async (body) => opened(body["id"]) });
  const { parcel } = await w.confirm(5);
  const told = async (reason: "empty" | "will_not_open", by = ann) => {
    const answer = await phoneAs(w, by).parcels[":parcel"].pickup.problem.$post({ param: { parcel }, json: { reason } });
    return answer.status === 202 ? "told" : (await problemOf(answer as never)).code;
  };
  assert.equal(await told("empty"), "not_ready");
  await w.deposit(parcel, 5);
  assert.deepEqual([await told("empty"), await told("empty", bob)], ["visit_over", "not_found"], "the door was never opened");
  assert.equal(await told("will_not_open"), "told", "what does not open needs not have been opened");
  assert.equal(await tap(w, parcel, there), "opened");
  const cause = {
    kind: "command",
    command: String(w.sent[0]!["id"]),
    purpose: "pickup",
    actor: String(w.sent[0]!["actor"]),
    parcel,
  } as const;
  await w.report({ type: "compartment_opened", compartment: 5, cause });
  assert.equal(await told("empty"), "told");
  w.pass(31);
  assert.equal(await told("empty"), "visit_over");
  assert.deepEqual(
    (await w.facts(PickupProblemTold.type)).map(({ reason, compartment, station }) => [reason, compartment, station]),
    [
      ["will_not_open", 5, w.station],
      ["empty", 5, w.station],
    ],
  );
});
