import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { ParcelMoved } from "@pigeonhole/parcels/events";
import { codeHash } from "@pigeonhole/protocol/codes";
import { readQr } from "@pigeonhole/protocol/qr";
import { Confirmed, Ended } from "@pigeonhole/reservations/events";
import { sql } from "kysely";
import { ann, bob, key, neighbour, openDatabase, shop, start, support } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

test("from order to collection: issued, live by the deposit, used once, every change told to the station", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  const before = await w.known();
  assert.deepEqual(before.grants.map((g) => [g.kind, g.state]).toSorted(), [
    ["dropoff", "active"],
    ["pickup", "issued"],
  ]);
  assert.ok(before.grants.find((g) => g.kind === "pickup")!.codeHash, "the station has the verifier before the deposit");
  const early = await w.pickup(ann, parcel);
  assert.ok(early.status === 409 && (await early.json()).code === "not_ready", "no code before the deposit");
  w.pass(2);
  await w.deposit(parcel, 1);
  const shown = await w.code(parcel);
  assert.match(shown.code, /^[0-8]\d{7}$/);
  assert.equal(shown.expiresAt, "2026-01-13T14:00:00.000Z");
  assert.deepEqual(await w.facts("access.pickup_ready").then((f) => f.map((p) => [p["reason"], p["generation"], p["expiresAt"]])), [
    ["deposited", 1, "2026-01-13T14:00:00.000Z"],
  ]);
  assert.deepEqual(
    (await w.known()).grants.map((g) => [g.kind, g.state, g.codeHash]),
    [["pickup", "active", codeHash(w.codeKey, w.station, shown.code)]],
    "the drop-off right is used up",
  );
  const grant = (await w.known()).grants[0]!.id;
  assert.equal(await w.verdict({ code: shown.code }), "granted");
  const cause = { kind: "grant", grant, parcel, by: "code", decided: "backend" } as const;
  await w.report({ type: "open_failed", compartment: 1, outcome: "refused", reason: "door_stuck", cause });
  assert.equal(await w.verdict({ code: shown.code }), "granted", "a yes uses nothing up, a door that stayed shut neither (I-73)");
  await w.report({ type: "compartment_opened", compartment: 1, cause });
  assert.equal(await w.verdict({ code: shown.code }), "used", "the opening does (I-14)");
  await w.report({ type: "parcel_collected", compartment: 1, parcel, deposit: null, grant });
  assert.deepEqual((await w.known()).grants, []);
  assert.deepEqual((await w.known()).deadCodes, [{ codeHash: codeHash(w.codeKey, w.station, shown.code), reason: "used" }]);
  const over = await w.pickup(ann, parcel);
  assert.ok(over.status === 410 && (await over.json()).code === "over");
  assert.equal(
    (await w.facts("access.grants_changed")).length,
    4,
    "enrolled, ordered, deposited, opened: the collection changes nothing for the station",
  );
});

test("the windows are 3, 7 and 14 days by service", async () => {
  await using w = await start(database);
  for (const [i, [service, end]] of (
    [
      ["standard", "13"],
      ["prime", "17"],
      ["business", "24"],
    ] as const
  ).entries()) {
    const { parcel } = await w.confirm(i + 1, service);
    await w.deposit(parcel, i + 1);
    assert.equal((await w.code(parcel)).expiresAt, `2026-01-${end}T12:00:00.000Z`);
  }
});

test("code and QR are for the recipient and for whoever ordered; strangers, shops, couriers and staff never see them", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code, qr, generation, expiresAt } = await w.code(parcel);
  assert.deepEqual(readQr(qr, { k1: key.publicKey }), {
    station: w.station,
    grant: (await w.known()).grants[0]!.id,
    generation,
    compartment: 1,
    expiresAt: new Date(expiresAt),
  });
  const stranger = await w.pickup(bob, parcel);
  assert.ok(stranger.status === 404 && (await stranger.json()).code === "not_found");
  assert.equal((await w.pickup(ann, randomUUID())).status, 404);
  w.recipients.set(parcel, { recipient: null, owner: actorText(bob) });
  assert.equal((await w.pickup(bob, parcel)).status, 200, "the ordering customer");
  assert.equal((await w.pickup(ann, parcel)).status, 404);
  for (const actor of [
    shop,
    support,
    { kind: "courier", id: randomUUID(), tenant: randomUUID(), carrier: "dx" },
    neighbour("couriers"),
  ] as Actor[]) {
    const answer = await w.pickup(actor, parcel);
    assert.equal(answer.status, 403, actor.kind);
    assert.ok(!JSON.stringify(await answer.json()).includes(code));
  }
  assert.equal((await w.pickup(neighbour("notifications"), parcel)).status, 200, "the message to the recipient needs it");
  const answered = await w.built.routes.request(`/parcels/${parcel}/pickup`, { headers: { "x-actor": JSON.stringify(bob) } });
  assert.equal(answered.headers.get("cache-control"), "no-store");
});

test("a fresh code kills the old one, typed or scanned; five a day for one parcel, counted in the database", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(1, "prime");
  const tooEarly = await w.reissue(shop, parcel);
  assert.ok(tooEarly.status === 409 && (await tooEarly.json()).code === "not_ready");
  await w.deposit(parcel);
  const old = await w.code(parcel);
  const grant = (await w.known()).grants[0]!.id;
  const answer = await w.reissue(ann, parcel);
  assert.ok(answer.status === 202);
  assert.deepEqual(await answer.json(), { generation: 2 }, "the answer holds no code");
  const fresh = await w.code(parcel);
  assert.notEqual(fresh.code, old.code);
  assert.equal(await w.verdict({ code: old.code }), "replaced");
  assert.equal(await w.verdict({ grant, generation: 1 }), "replaced");
  assert.deepEqual(
    (await w.known()).deadCodes.map((d) => d.reason),
    ["replaced"],
  );
  assert.deepEqual(
    (await w.facts("access.pickup_ready")).map((f) => [f["reason"], f["generation"]]),
    [
      ["deposited", 1],
      ["reissued", 2],
    ],
  );
  assert.equal((await w.reissue(bob, parcel)).status, 404);
  assert.equal((await w.reissue({ ...shop, tenant: randomUUID() } as Actor, parcel)).status, 404);
  assert.equal((await w.reissue({ ...support, role: "viewer" } as Actor, parcel)).status, 403);
  assert.equal((await w.reissue({ ...shop, scopes: [] } as Actor, parcel)).status, 403);
  for (const actor of [shop, support, ann]) assert.equal((await w.reissue(actor, parcel)).status, 202);
  const race = await Promise.all([w.reissue(shop, parcel), w.reissue(shop, parcel), w.reissue(shop, parcel)]);
  assert.deepEqual(race.map((a) => a.status).toSorted(), [202, 429, 429], "of three at once one is the fifth");
  w.pass(25);
  assert.equal((await w.reissue(shop, parcel)).status, 202);
  assert.equal(await w.verdict({ grant, generation: 7 }), "granted");
});

test("a right that was used up while the parcel stayed inside has a successor; one whose parcel was taken has none", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const first = await w.code(parcel);
  const grant = (await w.known()).grants[0]!.id;
  await w.report({ type: "compartment_opened", compartment: 1, cause: { kind: "grant", grant, parcel, by: "code", decided: "station" } });
  assert.equal((await w.pickup(ann, parcel)).status, 410);
  assert.equal((await w.reissue(support, parcel)).status, 202);
  const second = await w.code(parcel);
  assert.equal(second.expiresAt, first.expiresAt, "the window is not lengthened");
  assert.equal(await w.verdict({ code: first.code }), "used");
  assert.equal(await w.verdict({ code: second.code }), "granted");
  await w.report({ type: "parcel_collected", compartment: 1, parcel, deposit: null, grant: null });
  const late = await w.reissue(support, parcel);
  assert.ok(late.status === 410 && (await late.json()).code === "over");
});

test("I-73, I-14: nobody knows whether the door opened: that code is dead, and the owner is sent a fresh one at once; told again, no third", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const first = await w.code(parcel);
  const grant = (await w.known()).grants[0]!.id;
  const cause = { kind: "grant", grant, parcel, by: "code", decided: "backend" } as const;
  for (let times = 0; times < 2; times++)
    await w.report({ type: "open_failed", compartment: 1, outcome: "unknown", reason: "restarted", cause });
  assert.equal(await w.verdict({ code: first.code }), "used");
  const [right, ...others] = (await w.known()).grants;
  assert.deepEqual([right!.kind, right!.state, others], ["pickup", "active", []]);
  assert.notEqual(right!.id, grant, "the station has written the old right off");
  const second = await w.code(parcel);
  assert.equal(second.expiresAt, first.expiresAt);
  assert.equal(await w.verdict({ code: second.code }), "granted");
  assert.deepEqual(
    (await w.facts("access.pickup_ready")).map(({ reason }) => reason),
    ["deposited", "reissued"],
  );
});

test("offline: the station opened alone, so its word uses the right up, whichever code the backend holds by now", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const grant = (await w.known()).grants[0]!.id;
  await w.reissue(ann, parcel);
  const fresh = await w.code(parcel);
  await w.report({ type: "compartment_opened", compartment: 1, cause: { kind: "grant", grant, parcel, by: "code", decided: "station" } });
  assert.equal(await w.verdict({ code: fresh.code }), "used");
  assert.deepEqual(
    (await w.known()).deadCodes.find((d) => d.codeHash === codeHash(w.codeKey, w.station, fresh.code))?.reason,
    "used",
    "the station learns it too",
  );
});

test("every end is answered specifically, and forgotten after thirty days", async () => {
  await using w = await start(database);
  const ends = [
    {
      how: (p: { parcel: string; reservation: string }) =>
        w.happen(ParcelMoved, {
          ...p,
          station: w.station,
          compartment: 1,
          owner: "x",
          carrier: null,
          number: "1",
          from: "stored",
          to: "expired",
          expiresAt: null,
        }),
      reason: "expired",
    },
    {
      how: (p: { parcel: string; reservation: string }) =>
        w.happen(ParcelMoved, {
          ...p,
          station: w.station,
          compartment: 1,
          owner: "x",
          carrier: null,
          number: "1",
          from: "expired",
          to: "returned",
          expiresAt: null,
        }),
      reason: "revoked",
    },
    {
      how: (p: { parcel: string; reservation: string }) =>
        w.happen(Ended, { ...p, station: w.station, compartment: 1, reason: "station_gone" }),
      reason: "revoked",
    },
  ];
  const codes: string[] = [];
  for (const { how, reason } of ends) {
    const order = await w.confirm();
    await w.deposit(order.parcel);
    const { code } = await w.code(order.parcel);
    codes.push(code);
    await how(order);
    assert.equal(await w.verdict({ code }), reason);
  }
  const untold = await w.confirm();
  await w.happen(Ended, { ...untold, station: w.station, compartment: 1, reason: "cancelled" });
  assert.equal((await w.known()).deadCodes.length, 3, "a code that nobody was told needs no memory");
  w.pass(30 * 24);
  await w.built.jobs.find((job) => job.name === "access.forget")!.run(null);
  assert.deepEqual(await Promise.all(codes.map((code) => w.verdict({ code }))), ["wrong", "wrong", "wrong"]);
});

test("a parcel that arrives although its plan was called off is not stranded, and late word of the plan takes nothing back", async () => {
  await using w = await start(database);
  const order = await w.confirm();
  await w.happen(Ended, { ...order, station: w.station, compartment: 1, reason: "lapsed" });
  assert.deepEqual((await w.known()).grants, []);
  assert.equal((await w.command("open", order.parcel)).status, 403, "no door opens for it from here");
  await w.deposit(order.parcel, 2);
  const shown = await w.code(order.parcel);
  assert.deepEqual([shown.compartment, shown.generation], [2, 2]);
  const moved = {
    ...order,
    station: w.station,
    compartment: 1,
    owner: "x",
    carrier: null,
    number: "1",
    from: "reserved",
    expiresAt: null,
  } as const;
  await w.happen(ParcelMoved, { ...moved, to: "cancelled" });
  await w.deposit(order.parcel, 2);
  assert.deepEqual(
    (await w.facts("access.pickup_ready")).map((f) => [f["reason"], f["generation"]]),
    [["deposited", 2]],
  );
  assert.equal(await w.verdict({ code: shown.code }), "granted");
});

test("an expired right opens nothing at the very instant, although no job has said so", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  w.pass(72);
  assert.equal(await w.verdict({ code }), "expired");
  assert.equal((await w.pickup(ann, parcel)).status, 410);
  assert.deepEqual((await w.known()).grants, []);
});

test("a deposit that is heard of before its order waits for it", async () => {
  await using w = await start(database);
  const parcel = randomUUID();
  await w.deposit(parcel, 4);
  w.recipients.set(parcel, { recipient: null, owner: actorText(ann) });
  await w.happen(Confirmed, {
    reservation: randomUUID(),
    station: w.station,
    compartment: 4,
    size: "small",
    parcel,
    owner: actorText(ann),
    carrier: null,
    orderId: "o",
    barcode: null,
    dimensions: null,
    service: "standard",
    deliverBy: w.now().toISOString(),
    sealedRecipient: "x",
  });
  assert.equal((await w.code(parcel)).compartment, 4);
});

test("nonsense is malformed, nobody is not signed in, and no code, hash or QR is in the logs or in a fact", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const first = await w.code(parcel);
  await w.reissue(support, parcel);
  const second = await w.code(parcel);
  assert.equal((await w.built.routes.request(`/parcels/${parcel}/pickup`)).status, 401);
  for (const path of ["/parcels/1/pickup", "/parcels/%00/pickup", "/internal/access/stations/x/grants"]) {
    assert.equal((await w.built.routes.request(path, { headers: { "x-actor": JSON.stringify(ann) } })).status, 400, path);
  }
  for (const body of ["{", "{}", '{"id":"1","codeHash":"zz","grant":null,"generation":null,"at":"x"}']) {
    const answer = await w.built.routes.request(`/internal/access/stations/${w.station}/decisions`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "x-actor": JSON.stringify(neighbour("devices")) },
    });
    assert.equal(answer.status, 400, body);
  }
  await sql`alter table access.code rename to code_away`.execute(w.db);
  await w.pickup(ann, parcel);
  await w.verdict({ code: second.code });
  await sql`alter table access.code_away rename to code`.execute(w.db);
  assert.ok(w.logged.length >= 2, "the failures were logged");
  const outbox = JSON.stringify((await sql`select payload from kit.outbox`.execute(w.db)).rows);
  for (const secret of [first.code, second.code, first.qr, second.qr, "ann@example.com", codeHash(w.codeKey, w.station, second.code)]) {
    assert.ok(!w.logged.join("").includes(secret));
    assert.ok(!outbox.includes(secret));
  }
  const atRest = JSON.stringify((await sql`select * from access.code`.execute(w.db)).rows);
  assert.ok(!atRest.includes(second.code) && !atRest.includes(first.code));
});
