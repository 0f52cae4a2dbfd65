import assert from "node:assert/strict";
import { createPublicKey, randomUUID } from "node:crypto";
import { after, test } from "node:test";
import type { Actor } from "@pigeonhole/identity/contract";
import { problemOf } from "@pigeonhole/kit/client";
import { open } from "@pigeonhole/protocol/envelope";
import { Command } from "@pigeonhole/protocol/messages";
import { sql } from "kysely";
import * as attempts from "../queries/attempts.ts";
import { key, neighbour, openDatabase, staffAs, start } from "../testing.ts";
import { approvalMinutes, type StaffOpening } from "./contract.ts";

// A door is opened by staff when two persons want it, with a reason, and not otherwise (I-39).
const database = await openDatabase();
after(() => database[Symbol.asyncDispose]());
type World = Awaited<ReturnType<typeof start>>;
const operator = (role: "viewer" | "support" | "admin"): Actor => ({ kind: "operator", id: randomUUID(), role });
const [ada, ben, eve] = [operator("support"), operator("admin"), operator("viewer")];
const reason = "The recipient says that the door sticks";

/** A cabinet that obeys what is signed for it, and nothing else. */
async function world(outcome: "opened" | "refused" | "unknown" = "opened") {
  const signed: Command[] = [];
  let seq = 0;
  let reach = true;
  const w: World = await start(database, {
    devices: async (body) => {
      if (!reach) return Response.json({ code: "unreachable" }, { status: 503 });
      const json = { command: String(body["id"]), station: w.station, epoch: 1, seq: ++seq };
      const answer = await w.as(neighbour("devices")).internal.access.signatures.$post({ json });
      if (answer.status !== 200)
        return Response.json({ command: body["id"], outcome: "refused", reason: "no_right", at: w.now().toISOString() });
      signed.push(open("command", await answer.json(), { k1: createPublicKey(key.privateKey) }, Command));
      return Response.json({ command: body["id"], outcome, reason: null, at: w.now().toISOString() });
    },
  });
  const request = (actor: Actor, compartment: number, parcel: string | null) =>
    staffAs(w, actor).stations[":station"].compartments[":compartment"].openings.$post({
      param: { station: w.station, compartment: String(compartment) },
      json: { parcel, reason },
    });
  const asked = async (compartment = 5, parcel: string | null = null): Promise<StaffOpening> => {
    const answer = await request(ada, compartment, parcel);
    assert.ok(answer.status === 201, String(answer.status));
    return answer.json();
  };
  const approve = (actor: Actor, id: string) => staffAs(w, actor).openings[":opening"].approval.$post({ param: { opening: id } });
  const codeOf = async (answer: { status: number; json(): Promise<unknown> }): Promise<string> => (await problemOf(answer)).code;
  return Object.assign(w, { signed, request, asked, approve, codeOf, cut: () => (reach = false) });
}

test("one asks, another approves, the signed command names both, and the door opens once", async () => {
  await using w = await world();
  const { parcel } = await w.confirm(5);
  const opening = await w.asked(5, parcel);
  assert.deepEqual([opening.state, opening.decidedBy, opening.outcome], ["waiting", null, null]);
  assert.equal(await w.codeOf(await w.approve(ada, opening.id)), "second_person");
  assert.equal(await w.codeOf(await w.approve(eve, opening.id)), "not_allowed", "who only looks approves nothing");
  assert.equal(w.sent.length, 0, "nothing has been sent to any station");
  const approved = await w.approve(ben, opening.id);
  assert.ok(approved.status === 200);
  const ended = await approved.json();
  assert.deepEqual([ended.state, ended.outcome], ["approved", "opened"]);
  const [command] = w.signed;
  assert.ok(command && w.signed.length === 1);
  assert.deepEqual(
    [command.purpose, command.action, command.compartment, command.parcel, command.expected.parcel],
    ["service", "open", 5, parcel, parcel],
  );
  const [a, b] = [ada, ben].map((who) => (who as { id: string }).id);
  assert.equal(command.actor, `staff:${a}+${b}`);
  assert.equal(await w.codeOf(await w.approve(ben, opening.id)), "decided_before");
  const told = await w.facts("access.staff_opening_moved");
  assert.deepEqual(
    told.map(({ change, actor, reason: why }) => [change, actor, why]),
    [
      ["requested", `operator:${a}`, reason],
      ["approved", `operator:${b}`, reason],
    ],
  );
  const [given] = await w.facts("access.command_given");
  assert.deepEqual([given!["purpose"], given!["outcome"], given!["parcel"]], ["service", "opened", parcel], "of which the owner is told");
});

test("an empty compartment too; an outcome that nobody knows, and a station out of reach, are told as they are (F10)", async () => {
  await using w = await world("unknown");
  const doubtful = await w.approve(ben, (await w.asked(7)).id);
  assert.ok(doubtful.status === 200);
  assert.equal((await doubtful.json()).outcome, "unknown");
  assert.equal(w.signed[0]!.expected.parcel, null);
  w.cut();
  const away = await w.approve(ben, (await w.asked(8)).id);
  assert.ok(away.status === 200);
  assert.equal((await away.json()).outcome, "unreachable");
});

test("break-glass has a time: nobody approves too late, a lapse is told, and one request waits for one door", async () => {
  await using w = await world();
  const opening = await w.asked();
  assert.equal(await w.codeOf(await w.request(ben, 5, null)), "asked_before");
  w.pass(approvalMinutes / 60);
  assert.equal(await w.codeOf(await w.approve(ben, opening.id)), "lapsed");
  await w.built.jobs.find(({ name }) => name === "access.lapse_openings")!.run(null);
  const listed = await (await staffAs(w, eve).openings.$get({ query: {} })).json();
  assert.ok("openings" in listed);
  assert.deepEqual(
    (listed.openings as StaffOpening[]).map(({ state }) => state),
    ["lapsed"],
  );
  assert.deepEqual(
    (await w.facts("access.staff_opening_moved")).map(({ change }) => change),
    ["requested", "lapsed"],
  );
  const again = await w.asked();
  const refused = await staffAs(w, ben).openings[":opening"].refusal.$post({ param: { opening: again.id }, json: { note: "Not needed" } });
  assert.ok(refused.status === 200);
  assert.equal(await w.codeOf(await w.approve(ben, again.id)), "decided_before");
  assert.equal(w.signed.length, 0);
});

test("the signer believes the record alone: no request, one person, another door, another moment, a second command are not signed (I-37)", async () => {
  await using w = await world();
  const opening = await w.asked(5);
  const both = `staff:${(ada as { id: string }).id}+${(ben as { id: string }).id}`;
  const verdict = async (compartment = 5, actor = both, id = randomUUID()): Promise<string> => {
    await attempts.giveCommand(w.db, {
      id,
      station: w.station,
      compartment,
      action: "open",
      purpose: "service",
      parcel: null,
      actor,
      given_at: w.now(),
    });
    const answer = await w
      .as(neighbour("devices"))
      .internal.access.signatures.$post({ json: { command: id, station: w.station, epoch: 1, seq: 1 } });
    return answer.status === 200 ? "signed" : w.codeOf(answer);
  };
  assert.equal(await verdict(), "no_right", "nobody has approved");
  const command = randomUUID();
  const by = `operator:${(ben as { id: string }).id}`;
  await assert.rejects(
    sql`update access.staff_opening set state = 'approved', decided_by = requested_by, decided_at = ${w.now()} where id = ${opening.id}`.execute(
      w.db,
    ),
    /two_persons/,
    "the database holds it too",
  );
  await sql`update access.staff_opening set state = 'approved', decided_by = ${by}, decided_at = ${w.now()}, command = ${command} where id = ${opening.id}`.execute(
    w.db,
  );
  assert.equal(await verdict(5, both), "no_right", "another command than the approved one");
  assert.equal(await verdict(5, `staff:${randomUUID()}+${randomUUID()}`), "no_right", "other persons");
  assert.equal(await verdict(6, both, command), "no_right", "another door");
  await sql`delete from access.command where id = ${command}`.execute(w.db);
  assert.equal(await verdict(5, both, command), "signed");
  await sql`delete from access.signature`.execute(w.db);
  await sql`delete from access.command where id = ${command}`.execute(w.db);
  await sql`update access.staff_opening set decided_at = decided_at - interval '2 minutes'`.execute(w.db);
  assert.equal(await verdict(5, both, command), "no_right", "approved too long ago");
});
