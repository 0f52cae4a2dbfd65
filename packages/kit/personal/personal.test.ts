import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { sql } from "kysely";
import { connect } from "../db.ts";
import { createSeal } from "../seal.ts";
import { systemRandom } from "../random.ts";
import { testDatabase } from "../testing.ts";
import { kekName } from "./key-encryption.ts";
import { Erased, rememberedSeconds, settleSeconds } from "./personal.ts";
import { rewrap, rewrapping } from "./rewrap.ts";
import { sealedFor } from "./sealed.ts";
import { testPersonal } from "./testing.ts";

const database = await testDatabase([]);
after(() => database[Symbol.asyncDispose]());

async function world() {
  const url = await database.fresh();
  const db = connect<never>(url);
  let time = new Date("2026-03-01T12:00:00Z");
  const now = (): Date => time;
  const seal = createSeal([Buffer.alloc(32, 7)], systemRandom);
  const { keks, keys, personal } = testPersonal(db, now, seal);
  await personal.ready();
  const person = (email: string, phone?: string) =>
    db.transaction().execute((tx) => personal.subjectOf(tx, { email, phone: phone ?? null }));
  const erase = (subject: string) => db.transaction().execute((tx) => personal.erase(tx, subject));
  return {
    db,
    seal,
    keks,
    keys,
    personal,
    person,
    erase,
    pass: (seconds: number) => {
      time = new Date(time.getTime() + seconds * 1_000);
    },
    /** The same database seen by another process: it remembers nothing. */
    elsewhere: () => {
      const other = testPersonal(db, now, seal);
      other.keks.splice(0, other.keks.length, ...keks);
      return other.personal;
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}

test("each person has a key of their own, and what is sealed opens at its place alone (A10.1)", async () => {
  await using w = await world();
  const [ann, bob] = [await w.person("ann@example.org"), await w.person("bob@example.org")];
  const row = randomUUID();
  const sealed = ann.seal(`t.name|${row}`, "Ann Lind");
  assert.deepEqual(sealedFor(sealed), { subject: ann.subject, generation: 1 });
  assert.equal(await w.elsewhere().open(w.db, `t.name|${row}`, sealed), "Ann Lind");
  assert.notEqual(ann.seal(`t.name|${row}`, "Ann Lind"), sealed, "a nonce of its own");
  const bytes = Buffer.from(sealed, "base64url");
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered[at]! ^= 1;
    await assert.rejects(w.personal.open(w.db, `t.name|${row}`, altered.toString("base64url")), `byte ${at}`);
  }
  await assert.rejects(w.personal.open(w.db, `t.name|${randomUUID()}`, sealed), /cannot open/, "another row");
  await assert.rejects(w.personal.open(w.db, `t.street|${row}`, sealed), /cannot open/, "another column");
  assert.throws(() => bob.open(`t.name|${row}`, sealed), /somebody else/);
  assert.equal(await w.personal.open(w.db, "t.x|1", w.seal.seal("t.x|1", "from before")), "from before");
});

test("a person is found by address or phone, through buckets that many share; nothing of it is in clear", async () => {
  await using w = await world();
  const ann = await w.person("Ann@Example.org", "+37251234567");
  assert.equal((await w.person(" ann@example.ORG ")).subject, ann.subject, "the same person, however they type it");
  assert.deepEqual(await w.personal.find(w.db, "email", "ann@example.org"), [ann.subject]);
  assert.deepEqual(await w.elsewhere().find(w.db, "phone", "+372 5123 4567"), [ann.subject]);
  const ben = await w.person("ben@example.org", "+37251234567");
  assert.deepEqual(
    (await w.personal.find(w.db, "phone", "+37251234567")).toSorted(),
    [ann.subject, ben.subject].toSorted(),
    "a family shares one",
  );
  // Everybody in one bucket: they are told apart by what is sealed.
  await sql`update kit.subject_handle set bucket = (select bucket from kit.subject_handle h where h.subject = ${ann.subject} and kind = 'email')`.execute(
    w.db,
  );
  assert.deepEqual(await w.personal.find(w.db, "email", "ann@example.org"), [ann.subject]);
  assert.deepEqual(await w.personal.find(w.db, "email", "nobody@example.org"), []);
  const { rows } = await sql`select * from kit.subject_handle, kit.subject_key, kit.data_key`.execute(w.db);
  assert.ok(!/example|5123/i.test(JSON.stringify(rows)));
  const many = await Promise.all(Array.from({ length: 20 }, () => w.person("crowd@example.org")));
  assert.equal(new Set(many.map(({ subject }) => subject)).size, 1, "twenty at once make one person");
});

test("erased: unreadable here at once and elsewhere after seconds; nothing brings the person back (G-42, I-70)", async () => {
  await using w = await world();
  const ann = await w.person("ann@example.org", "+37251234567");
  const sealed = ann.seal("t.name|1", "Ann Lind");
  const other = w.elsewhere();
  assert.equal(await other.open(w.db, "t.name|1", sealed), "Ann Lind");
  assert.equal(await w.erase(ann.subject), false, "what was sealed this moment may still be on its way");
  w.pass(settleSeconds);
  assert.equal(await w.erase(ann.subject), true);
  await assert.rejects(w.personal.open(w.db, "t.name|1", sealed), Erased);
  assert.equal(await other.open(w.db, "t.name|1", sealed), "Ann Lind", "another process remembers the key");
  w.pass(rememberedSeconds);
  await assert.rejects(other.open(w.db, "t.name|1", sealed), Erased);
  assert.deepEqual(
    [await w.personal.find(w.db, "email", "ann@example.org"), await w.personal.find(w.db, "phone", "+37251234567")],
    [[], []],
  );
  const again = await w.person("ann@example.org");
  assert.notEqual(again.subject, ann.subject, "whoever comes back is somebody new");
  assert.throws(() => again.open("t.name|1", sealed));
});

test("an old key gets a successor when something new is sealed, and goes on opening", async () => {
  await using w = await world();
  const before = (await w.person("ann@example.org")).seal("t.name|1", "Ann");
  w.pass(366 * 86_400);
  const after = (await w.person("ann@example.org")).seal("t.name|2", "Ann");
  assert.deepEqual([sealedFor(before)!.generation, sealedFor(after)!.generation], [1, 2]);
  for (const personal of [w.personal, w.elsewhere()]) {
    assert.equal(await personal.open(w.db, "t.name|1", before), "Ann");
    assert.equal(await personal.open(w.db, "t.name|2", after), "Ann");
  }
  assert.equal((await w.personal.find(w.db, "email", "ann@example.org")).length, 1);
});

test("the key-encryption key changes while readers read: no read fails, no data is touched, the old key is not needed after (G-43)", async () => {
  await using w = await world();
  const people = await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      const person = await w.person(`person${i}@example.org`);
      return { place: `t.name|${i}`, value: `Name ${i}`, sealed: person.seal(`t.name|${i}`, `Name ${i}`) };
    }),
  );
  const former = w.keks[0]!;
  let isRead = true;
  let reads = 0;
  const readers = [1, 2, 3].map(async (n) => {
    while (isRead) {
      const { place, value, sealed } = people[(reads * 7 + n) % people.length]!;
      assert.equal(await w.elsewhere().open(w.db, place, sealed), value);
      reads++;
    }
  });
  w.keks.unshift(randomBytes(32));
  const before = await rewrapping(w.db, w.keys);
  assert.equal(before.done, 0);
  let wrapped = 0;
  for (let batch = await rewrap(w.db, w.keys, 1); batch > 0; batch = await rewrap(w.db, w.keys, 1)) wrapped += batch;
  isRead = false;
  await Promise.all(readers);
  assert.equal(wrapped, before.left);
  assert.ok(reads > 0);
  assert.deepEqual(await rewrapping(w.db, w.keys), { current: kekName(w.keks[0]!), done: before.left, left: 0 });
  w.keks.splice(w.keks.indexOf(former), 1);
  const fresh = w.elsewhere();
  for (const { place, value, sealed } of people) assert.equal(await fresh.open(w.db, place, sealed), value);
  assert.equal((await fresh.find(w.db, "email", "person7@example.org")).length, 1);
});
