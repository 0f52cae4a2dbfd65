import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { problemOf } from "@pigeonhole/kit/client";
import { OutageBegan, OutageEnded } from "@pigeonhole/devices/events";
import { ann, bob, openDatabase, opened, proxiesAs, start } from "../testing.ts";
import type { Handed, Proxy } from "./contract.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof start>>;

async function name(w: World, parcel: string, who = "Ben", by = ann): Promise<Proxy> {
  const answer = await proxiesAs(w, by).parcels[":parcel"].proxies.$post({ param: { parcel }, json: { name: who } });
  assert.ok(answer.status === 201, `${answer.status}`);
  return answer.json();
}
const list = async (w: World, parcel: string): Promise<readonly Proxy[]> => {
  const answer = await proxiesAs(w, ann).parcels[":parcel"].proxies.$get({ param: { parcel } });
  assert.ok(answer.status === 200);
  return (await answer.json()).proxies;
};
async function page(w: World, token: string): Promise<Handed | string> {
  const answer = await proxiesAs(w).collect.$post({ json: { token } });
  return answer.status === 200 ? answer.json() : (await problemOf(answer as never)).code;
}
const stateOf = (seen: Handed | string): string => (typeof seen === "string" ? seen : seen.state);
const revoke = (w: World, proxy: string, by = ann) => proxiesAs(w, by).proxies[":proxy"].revoke.$post({ param: { proxy } });

test("N7: a proxy has a code of their own to this parcel; the first to collect ends every right, and its owner sees who it was", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  const ben = await name(w, parcel);
  assert.equal(stateOf(await page(w, ben.token!)), "coming", "named before it is there");
  await w.deposit(parcel, 5);
  const cleo = await name(w, parcel, "Cleo");
  const [seenByBen, seenByCleo] = [await page(w, ben.token!), await page(w, cleo.token!)];
  assert.ok(typeof seenByBen !== "string" && typeof seenByCleo !== "string");
  const own = await w.code(parcel);
  assert.equal(new Set([own.code, seenByBen.code, seenByCleo.code]).size, 3, "I-31: each code is somebody's");
  assert.deepEqual([seenByBen.compartment, seenByBen.expiresAt], [5, own.expiresAt]);
  assert.deepEqual(
    Object.keys(seenByBen).toSorted(),
    ["carried", "code", "compartment", "expiresAt", "missing", "qr", "state", "station"],
    "nothing of the owner, nothing of other parcels",
  );
  const known = (await w.known()).grants.filter((grant) => grant.kind === "pickup");
  assert.equal(known.length, 3, "the station knows each of them");
  assert.equal(await w.verdict({ code: seenByBen.code! }), "granted");
  const theirs = await w.db.selectFrom("access.grant").select("id").where("proxy", "=", ben.id).executeTakeFirstOrThrow();
  await w.report({ type: "parcel_collected", compartment: 5, parcel, deposit: null, grant: theirs.id });
  assert.deepEqual(
    (await list(w, parcel)).map(({ name: who, state }) => [who, state]),
    [
      ["Cleo", "over"],
      ["Ben", "collected"],
    ],
  );
  for (const code of [own.code, seenByBen.code!, seenByCleo.code!]) assert.equal(await w.verdict({ code }), "used");
  assert.deepEqual([stateOf(await page(w, ben.token!)), stateOf(await page(w, cleo.token!))], ["collected", "over"]);
  assert.deepEqual(
    (await w.facts("access.proxy_changed")).map((fact) => [fact["change"], fact["actor"]]),
    [
      ["named", `customer:${ann.kind === "customer" && ann.id}`],
      ["named", `customer:${ann.kind === "customer" && ann.id}`],
      ["collected", `proxy:${ben.id}`],
    ],
    "the trail names the proxy and for whom",
  );
});

test("N7, I-36: taken back it is dead at once, and nobody but the owner takes it back; the owner's own code stays", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  await w.deposit(parcel, 5);
  const ben = await name(w, parcel);
  const seen = await page(w, ben.token!);
  assert.ok(typeof seen !== "string");
  assert.equal((await revoke(w, ben.id, bob)).status, 404);
  const answer = await revoke(w, ben.id);
  assert.ok(answer.status === 200);
  const { state, token, boundedBy } = await answer.json();
  assert.deepEqual(
    [state, token, boundedBy],
    ["revoked", null, seen.expiresAt],
    "and when it is surely dead at a station without a network",
  );
  assert.equal(await page(w, ben.token!), "not_found", "like one that never was");
  assert.equal(await w.verdict({ code: seen.code! }), "revoked");
  assert.equal((await w.known()).grants.filter((grant) => grant.kind === "pickup").length, 1);
  assert.equal(await w.verdict({ code: (await w.code(parcel)).code }), "granted");
});

test("I-32, I-38: a link shows one parcel, and only to whoever has it; nobody names proxies for what is not theirs; so many and no more", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  const foreign = await proxiesAs(w, bob).parcels[":parcel"].proxies.$post({ param: { parcel }, json: { name: "Mallory" } });
  assert.equal(foreign.status, 404);
  assert.equal((await proxiesAs(w, bob).parcels[":parcel"].proxies.$get({ param: { parcel } })).status, 404);
  assert.equal((await proxiesAs(w).parcels[":parcel"].proxies.$get({ param: { parcel } })).status, 401);
  const tokens = new Set<string>();
  for (const who of ["a", "b", "c"]) tokens.add((await name(w, parcel, who)).token!);
  const fourth = await proxiesAs(w, ann).parcels[":parcel"].proxies.$post({ param: { parcel }, json: { name: "d" } });
  assert.ok(fourth.status === 409 && (await problemOf(fourth)).code === "too_many_proxies");
  assert.equal(await page(w, `php_${"A".repeat(43)}`), "not_found");
  const [secret] = [...tokens];
  const rows = JSON.stringify([
    await w.db.selectFrom("access.proxy").selectAll().execute(),
    await w.facts("access.proxy_changed"),
    w.logged,
  ]);
  assert.ok(!rows.includes(secret!) && !rows.includes('"name":"a"'), "neither link nor name stands anywhere in clear");
});

test("whatever becomes of the owner's window becomes of the proxy's: deposit, a clock that stands still, its end", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(5);
  const ben = await name(w, parcel);
  await w.deposit(parcel, 5);
  const from = w.now().toISOString();
  const outage = { station: w.station, compartment: null, cause: "away" as const, from };
  await w.happen(OutageBegan, outage);
  w.pass(5);
  await w.happen(OutageEnded, { ...outage, to: w.now().toISOString() });
  const seen = await page(w, ben.token!);
  assert.ok(typeof seen !== "string");
  assert.equal(seen.expiresAt, (await w.code(parcel)).expiresAt);
  assert.equal((await w.facts("access.window_moved")).length, 2, "told once each, not once for everybody");
  w.pass(3 * 24);
  assert.deepEqual([stateOf(await page(w, ben.token!)), await w.verdict({ code: seen.code! })], ["over", "expired"]);
});

test("N9: whoever has the link opens the door from their phone, as themselves", async () => {
  await using w = await start(database, { devices: async (body) => opened(body["id"]) });
  const { parcel } = await w.confirm(5);
  await w.deposit(parcel, 5);
  const ben = await name(w, parcel);
  const position = { lat: 59.4371, lon: 24.7537, accuracyMetres: 20 };
  const answer = await proxiesAs(w).collect.open.$post({ json: { token: ben.token!, position } });
  assert.ok(answer.status === 200 && (await answer.json()).outcome === "opened");
  const { id, actor } = w.sent[0]!;
  assert.equal(actor, `proxy:${ben.id}`);
  const cause = { kind: "command", command: String(id), purpose: "pickup", actor: String(actor), parcel } as const;
  await w.report({ type: "compartment_opened", compartment: 5, cause });
  await w.report({ type: "parcel_collected", compartment: 5, parcel, deposit: null, grant: null });
  assert.deepEqual(
    (await list(w, parcel)).map(({ state }) => state),
    ["collected"],
  );
});

test("people I trust: kept for their customer alone, and forgotten when asked", async () => {
  await using w = await start(database);
  const kept = await proxiesAs(w, ann).people.$post({ json: { name: "Ben" } });
  assert.ok(kept.status === 201);
  const { id } = await kept.json();
  const of = async (actor: typeof ann) => {
    const answer = await proxiesAs(w, actor).people.$get();
    assert.ok(answer.status === 200);
    return (await answer.json()).people;
  };
  assert.deepEqual([await of(ann), await of(bob)], [[{ id, name: "Ben" }], []]);
  assert.equal((await proxiesAs(w, bob).people[":person"].$delete({ param: { person: id } })).status, 404);
  assert.equal((await proxiesAs(w, ann).people[":person"].$delete({ param: { person: randomUUID() } })).status, 404);
  assert.equal((await proxiesAs(w, ann).people[":person"].$delete({ param: { person: id } })).status, 204);
  assert.deepEqual(await of(ann), []);
});
