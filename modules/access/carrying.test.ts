import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { readCarried } from "@pigeonhole/protocol/carried";
import { codeHash } from "@pigeonhole/protocol/codes";
import { readQr } from "@pigeonhole/protocol/qr";
import { ann, key, neighbour, openDatabase, start } from "./testing.ts";

const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());

const keys = { k1: key.publicKey };
const told = (text: string | null, station: string) => {
  const carried = readCarried(text ?? "", station, keys);
  assert.ok(typeof carried === "object", `${carried}`);
  return carried;
};

test("F4: the recipient's phone carries the live code's hash under its generation, bound to station and epoch, for three days at most", async () => {
  await using w = await start(database);
  const { parcel } = await w.confirm(4, "business");
  await w.deposit(parcel, 4);
  const first = await w.code(parcel);
  await w.reissue(ann, parcel);
  const second = await w.code(parcel);
  const [before, after] = [told(first.carried, w.station), told(second.carried, w.station)];
  assert.deepEqual([before.grant.generation, after.grant.generation], [1, 2]);
  assert.equal(after.grant.codeHash, codeHash(w.codeKey, w.station, second.code));
  assert.deepEqual(
    [after.epoch, after.grant.kind, after.grant.compartment, after.grant.parcel, after.grant.isWithdrawn],
    [1, "pickup", 4, parcel, false],
  );
  assert.equal(after.expiresAt.getTime() - after.issuedAt.getTime(), 72 * 3_600_000);
  assert.equal(after.grant.expiresAt!.toISOString(), second.expiresAt);
  assert.equal(readCarried(second.carried!, randomUUID(), keys), "not_ours");
  await w.enrol(2, w.codeKey);
  assert.equal(told((await w.code(parcel)).carried, w.station).epoch, 2, "a cabinet that enrolled again");
});

test("A4.1: couriers get tokens under 180 characters for parcels that may be dropped off, and what a station that has not heard of them needs", async () => {
  await using w = await start(database);
  const [open, done] = [await w.confirm(1), await w.confirm(2)];
  await w.deposit(done.parcel, 2);
  const ask = (name: string) =>
    w.as(neighbour(name)).internal.access["courier-rights"].$post({
      json: { wanted: [open.parcel, done.parcel, randomUUID(), open.parcel].map((parcel) => ({ kind: "dropoff" as const, parcel })) },
    });
  assert.equal((await ask("parcels")).status, 403);
  const answer = await ask("couriers");
  assert.ok(answer.status === 200);
  const { rights } = await answer.json();
  assert.deepEqual(
    rights.map(({ parcel, compartment }) => [parcel, compartment]),
    [[open.parcel, 1]],
  );
  const [right] = rights;
  assert.ok(right!.qr.length <= 180);
  const token = readQr(right!.qr, keys)!;
  const grants = (await w.known()).grants;
  assert.equal(token.grant, grants.find((grant) => grant.kind === "dropoff" && grant.id === token.grant)?.id);
  assert.equal(token.expiresAt.getTime(), w.now().getTime() + 24 * 3_600_000, "a day's work");
  const [dropoff, pickup] = right!.carried.map((text) => told(text, w.station));
  assert.deepEqual([dropoff!.grant.id, dropoff!.grant.codeHash], [token.grant, null]);
  assert.equal(pickup!.grant.codeHash, grants.find(({ id }) => id === pickup!.grant.id)!.codeHash);
});
