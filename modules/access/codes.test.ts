import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { systemRandom } from "@pigeonhole/kit/random";
import { sql } from "kysely";
import * as grants from "./queries/grants.ts";
import { ann, openDatabase, start } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

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
});

test("I-73, I-14: one right, thirty-two questions at once: a yes uses nothing up; the one opening does, for all of them", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const { grant, generation } = { grant: (await w.known()).grants[0]!.id, generation: 1 };
  const all = async () => new Set(await Promise.all(Array.from({ length: 32 }, () => w.verdict({ grant, generation }))));
  assert.deepEqual(await all(), new Set(["granted"]));
  await w.report({ type: "compartment_opened", compartment: 1, cause: { kind: "grant", grant, parcel, by: "qr", decided: "backend" } });
  assert.deepEqual(await all(), new Set(["used"]));
});

test("I-09: a right that has ended is moved by nobody, whoever forgot to ask first", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm();
  await w.deposit(parcel);
  const grant = (await w.known()).grants[0]!.id;
  await w.db.transaction().execute((tx) => grants.change(tx, grant, { state: "used" }));
  for (const state of ["active", "revoked", "expired"] as const)
    await assert.rejects(
      w.db.transaction().execute((tx) => grants.change(tx, grant, { state })),
      new RegExp(`cannot become ${state}`),
    );
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
  const grant = (await w.known()).grants.find((right) => right.parcel === order.parcel)!.id;
  const cause = { kind: "grant", grant, parcel: order.parcel, by: "code", decided: "backend" } as const;
  await w.report({ type: "compartment_opened", compartment: 1, cause });
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
