import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { systemRandom } from "@pigeonhole/kit/random";
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
  assert.equal(await w.verdict({ code: shown.code }), "used");
  await w.report({ type: "compartment_opened", compartment: 1, cause: { kind: "grant", grant, parcel, by: "code", decided: "backend" } });
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

test("a right that was used up while the door stayed shut has a successor; one whose parcel was taken has none", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const first = await w.code(parcel);
  assert.equal(await w.verdict({ code: first.code }), "granted");
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

test("attempts are counted before anything is compared, in the database; rightful ones are given back; typed and scanned apart", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  const grant = (await w.known()).grants[0]!.id;
  // The comparison is made to fail: the attempt must be on record all the same.
  await sql`alter table access.code rename to code_away`.execute(w.db);
  assert.equal(await w.verdict({ code: "12345678" }), "500");
  await sql`alter table access.code_away rename to code`.execute(w.db);
  const spent = async () =>
    (await sql<{ spent: number }>`select spent from access.attempt where path = 'code'`.execute(w.db)).rows[0]!.spent;
  assert.equal(await spent(), 1);
  const verdicts = await Promise.all(Array.from({ length: 30 }, (_, i) => w.verdict({ code: String(10_000_000 + i) })));
  assert.equal(verdicts.filter((v) => v === "wrong").length, 19);
  assert.equal(verdicts.filter((v) => v === "429").length, 11);
  assert.equal(await w.verdict({ code }), "429", "even the right code: the station decides alone now");
  assert.equal(await w.verdict({ grant, generation: 9 }), "wrong", "a scanned code is counted apart (I-35)");
  w.pass(1);
  assert.equal(await w.verdict({ code }), "granted", "an hour forgives one");
  assert.equal(Math.round(await spent()), 19, "and the rightful attempt was given back");
});

test("the same question gets the same answer, at once or later, and costs nothing more", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  const id = randomUUID();
  const answers = await Promise.all(Array.from({ length: 8 }, async () => JSON.stringify(await (await w.ask({ code, id })).json())));
  assert.equal(new Set(answers).size, 1);
  assert.ok(answers[0]!.includes('"granted"'));
  assert.deepEqual(
    (await sql`select spent from access.attempt`.execute(w.db)).rows,
    [{ spent: 0 }],
    "repetitions and the rightful attempt were given back",
  );
  w.pass(100);
  for (let i = 0; i < 20; i++) await w.verdict({ code: String(10_000_000 + i) });
  assert.equal(JSON.stringify(await (await w.ask({ code, id })).json()), answers[0], "even when no attempt is left");
  w.pass(1);
  assert.equal(await w.verdict({ code }), "used");
});

test("one right, thirty-two kiosk questions at once: one is granted", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { grant, generation } = { grant: (await w.known()).grants[0]!.id, generation: 1 };
  const verdicts = await Promise.all(Array.from({ length: 32 }, () => w.verdict({ grant, generation })));
  assert.equal(verdicts.filter((v) => v === "granted").length, 1);
  assert.equal(verdicts.filter((v) => v === "used").length, 31);
});

test("a draw that equals a live or a remembered code, or is one slip away from a live one, is drawn again", async () => {
  const draws = ["12345678", "12345678", "12345679", "21345678", "80000000", "12345678", "80000001", "12345679"];
  const stream = draws.flatMap((code) => [...code].map(Number));
  const random = {
    bytes: systemRandom.bytes,
    below: (limit: number) => {
      const digit = stream.shift()!;
      assert.ok(digit < limit);
      return digit;
    },
  };
  await using w = await start(database, { random });
  const codes: string[] = [];
  const order = await w.confirm(1);
  await w.deposit(order.parcel, 1);
  codes.push((await w.code(order.parcel)).code);
  const other = await w.confirm(2);
  await w.deposit(other.parcel, 2);
  codes.push((await w.code(other.parcel)).code);
  assert.deepEqual(codes, ["12345678", "80000000"]);
  assert.equal(await w.verdict({ code: "12345678" }), "granted");
  await w.confirm(3);
  assert.deepEqual(
    stream,
    [],
    "the dead code itself is not drawn again, a slip beside the living one neither; a slip beside the dead one is free",
  );
});

test("codes of one station differ from each other by more than a slip, and the database refuses twins", async () => {
  await using w = await start(database);
  for (let i = 1; i <= 40; i++) await w.confirm(i);
  const rows = await w.db.selectFrom("access.code").selectAll().execute();
  assert.equal(new Set(rows.map((r) => r.code_hash)).size, 40);
  await assert.rejects(
    w.db.updateTable("access.code").set({ code_hash: rows[0]!.code_hash }).where("grant", "=", rows[1]!.grant).execute(),
    /one_code/,
  );
  const grant = await w.db.selectFrom("access.grant").selectAll().where("kind", "=", "pickup").executeTakeFirstOrThrow();
  await assert.rejects(
    w.db
      .insertInto("access.grant")
      .values({ ...grant, id: randomUUID() })
      .execute(),
    /one_live_grant/,
  );
  await assert.rejects(
    w.db
      .updateTable("access.grant")
      .set({ state: "open" as never })
      .execute(),
    /grant_state_check/,
  );
});

test("a station that enrols later, or again, gets its codes under the new key; an older epoch changes nothing", async () => {
  await using w = await start(database, { enrolled: false });
  const { parcel } = await w.confirm();
  assert.deepEqual(
    (await w.known()).grants.map((g) => g.codeHash),
    [null, null],
  );
  await w.enrol(1, randomBytes(32));
  await w.deposit(parcel);
  const { code } = await w.code(parcel);
  assert.equal(await w.verdict({ code }), "wrong", "hashed under the first key");
  await w.reissue(ann, parcel);
  await w.enrol(2, w.codeKey);
  await w.enrol(1, randomBytes(32));
  assert.equal(await w.verdict({ code }), "replaced", "dead codes are hashed anew too");
  assert.equal(await w.verdict({ code: (await w.code(parcel)).code }), "granted");
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
