import assert from "node:assert/strict";
import { after, test } from "node:test";
import { client } from "@pigeonhole/kit/client";
import { sql } from "kysely";
import { cookieOf, database, password, start, type World } from "../testing.ts";
import { resetSecondFactor } from "./checking.ts";
import { recoveryCodes, type SecondFactorApi } from "./contract.ts";
import { codeAt, stepOf, uriOf } from "./domain.ts";

after(() => database[Symbol.asyncDispose]());

// RFC 6238, appendix B, SHA-1: the secret is the text 12345678901234567890; of the eight digits there the last six.
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
test("codes are those of RFC 6238, good for the step before and after, and apps read the address", () => {
  for (const [seconds, code] of [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
  ] as const) {
    const at = (shift: number): Date => new Date((seconds + shift) * 1_000);
    assert.equal(codeAt(rfcSecret, at(0)), code);
    const step = Math.floor(seconds / 30);
    assert.equal(stepOf(rfcSecret, code, at(0)), step);
    assert.equal(stepOf(rfcSecret, code, at(30)), step, "typed late, it is still a code of its own step");
    assert.equal(stepOf(rfcSecret, code, at(90)), null);
  }
  assert.equal(
    uriOf(rfcSecret, "op@example.org"),
    `otpauth://totp/Pigeonhole:op%40example.org?issuer=Pigeonhole&secret=${rfcSecret}&algorithm=SHA1&digits=6&period=30`,
  );
});

const mineOf = (world: World, cookie: string) =>
  client<SecondFactorApi>("http://here", { headers: { cookie }, fetch: (url, init) => world.module.routes.request(url as string, init) });
const signIn = (world: World, email: string, code?: string) =>
  world.api().sessions.$post({ json: { kind: "operator", email, password, ...(code === undefined ? {} : { code }) } });
const codeOf = async (answer: { json(): Promise<unknown> }): Promise<unknown> => ((await answer.json()) as { code?: string }).code;

/** An operator who is signed in and has put a second factor on. */
async function enrolled(world: World, role: "admin" | "viewer" = "admin", email = `${role}@example.org`) {
  const id = await world.operator(role, email);
  const cookie = cookieOf(await signIn(world, email));
  const mine = mineOf(world, cookie);
  const begun = await mine.my["second-factor"].$post({ json: { password } });
  assert.ok(begun.status === 201);
  const { secret } = await begun.json();
  const confirmed = await mine.my["second-factor"].confirm.$post({ json: { code: codeAt(secret, world.now()) } });
  assert.ok(confirmed.status === 200);
  return { id, email, cookie, mine, secret, codes: (await confirmed.json()).recoveryCodes };
}

test("with a second factor a password alone signs nobody in; a code is taken once, and none from before it", async () => {
  await using world = await start();
  const { email, secret, codes, mine } = await enrolled(world);
  assert.equal(codes.length, recoveryCodes);
  assert.equal(new Set(codes).size, recoveryCodes);
  assert.equal(await codeOf(await signIn(world, email)), "second_factor_needed");
  assert.equal(await codeOf(await signIn(world, email, codeAt(secret, world.now()))), "second_factor_wrong", "it was used to put it on");
  world.pass(60);
  const code = codeAt(secret, world.now());
  const both = await Promise.all([signIn(world, email, code), signIn(world, email, code)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 422], "twice at the same moment: once");
  world.pass(30);
  assert.equal(await codeOf(await signIn(world, email, code)), "second_factor_wrong", "seen over a shoulder");
  assert.equal((await signIn(world, email, codeAt(secret, world.now()))).status, 201);

  const text = codes[0]!.toLowerCase().replace("-", " ");
  assert.equal((await signIn(world, email, text)).status, 201, "a recovery code, in whatever writing");
  assert.equal(await codeOf(await signIn(world, email, text)), "second_factor_wrong", "once");
  assert.equal(((await (await mine.my["second-factor"].$get()).json()) as { recoveryCodesLeft: number }).recoveryCodesLeft, 9);
  world.pass(60);
  const renewed = await mine.my["second-factor"]["recovery-codes"].$post({ json: { code: codeAt(secret, world.now()) } });
  assert.equal(renewed.status, 200);
  assert.equal(await codeOf(await signIn(world, email, codes[1])), "second_factor_wrong", "the former ones are dead");
  const changes = (await world.facts("identity.second_factor_changed")).map(({ change }) => change);
  assert.deepEqual(changes, ["enrolled", "recovery_used", "codes_renewed"]);
  const stored = JSON.stringify((await sql`select * from identity.second_factor, identity.recovery_code`.execute(world.db)).rows);
  for (const each of [secret, ...codes, ...codes.map((one) => one.replace("-", ""))]) assert.ok(!stored.includes(each), "nothing in clear");
});

test("guessing: counted before it is compared, over all clients; the right code has to wait as well", async () => {
  await using world = await start();
  const { email, secret } = await enrolled(world);
  world.pass(60);
  const wrong = codeAt(secret, new Date(0));
  const guesses = await Promise.all(Array.from({ length: 12 }, () => signIn(world, email, wrong)));
  assert.equal(guesses.filter(({ status }) => status === 422).length, 5);
  assert.equal(guesses.filter(({ status }) => status === 429).length, 7);
  assert.equal((await signIn(world, email, codeAt(secret, world.now()))).status, 429);
  world.pass(31);
  assert.equal((await signIn(world, email, codeAt(secret, world.now()))).status, 201);
});

test("a role that needs one may do nothing else before it is on, and cannot take it off; the others can", async () => {
  await using world = await start({ secondFactorRoles: ["admin"] });
  await world.operator("admin");
  const signed = await signIn(world, "admin@example.org");
  assert.equal(((await signed.json()) as { lacksSecondFactor: boolean }).lacksSecondFactor, true);
  const cookie = cookieOf(signed);
  assert.equal((await world.ask({ cookie })).status, 403);
  const mine = mineOf(world, cookie);
  assert.deepEqual(await (await mine.my["second-factor"].$get()).json(), {
    state: "none",
    isRequired: true,
    since: null,
    recoveryCodesLeft: 0,
  });
  assert.equal(await codeOf(await mine.my["second-factor"].$post({ json: { password: "not the password" } })), "credentials_wrong");
  const begun = await mine.my["second-factor"].$post({ json: { password } });
  assert.ok(begun.status === 201);
  assert.equal((await world.ask({ cookie })).status, 403, "begun is not on");
  const { secret } = await begun.json();
  const elsewhere = cookieOf(await signIn(world, "admin@example.org"));
  assert.equal((await mine.my["second-factor"].confirm.$post({ json: { code: codeAt(secret, world.now()) } })).status, 200);
  assert.equal((await world.ask({ cookie })).status, 200);
  assert.equal((await world.ask({ cookie: elsewhere })).status, 401, "sessions of a password alone have ended");
  world.pass(60);
  assert.equal(await codeOf(await mine.my["second-factor"].off.$post({ json: { code: codeAt(secret, world.now()) } })), "required");
  assert.equal(await codeOf(await mine.my["second-factor"].$post({ json: { password } })), "wrong_state", "no other over one that is on");
  const viewer = await enrolled(world, "viewer");
  world.pass(60);
  assert.equal((await viewer.mine.my["second-factor"].off.$post({ json: { code: codeAt(viewer.secret, world.now()) } })).status, 200);
  assert.equal((await signIn(world, viewer.email)).status, 201);
});

test("I-39: a lost one is reset by another administrator, or on the installation's machine, never by its owner; sessions end", async () => {
  await using world = await start();
  const [ann, ben, viewer] = [await enrolled(world), await enrolled(world, "admin", "ben@example.org"), await enrolled(world, "viewer")];
  const reset = (by: typeof ann, operator: string) =>
    by.mine.operators[":operator"]["second-factor"].reset.$post({ param: { operator }, json: { reason: "Lost the phone" } });
  assert.equal(await codeOf(await reset(ann, ann.id)), "own_second_factor");
  assert.equal((await reset(viewer, ann.id)).status, 403);
  assert.equal((await viewer.mine.operators.$get()).status, 403);
  assert.equal((await reset(ann, crypto.randomUUID())).status, 404);
  assert.equal((await reset(ann, ben.id)).status, 200);
  assert.equal((await world.ask({ cookie: ben.cookie })).status, 401);
  assert.equal((await signIn(world, ben.email)).status, 201, "by the password alone, to set up a new one");
  const { operators } = (await (await ann.mine.operators.$get()).json()) as { operators: { email: string; hasSecondFactor: boolean }[] };
  assert.deepEqual(
    operators.map(({ email, hasSecondFactor }) => [email, hasSecondFactor]),
    [
      ["admin@example.org", true],
      ["ben@example.org", false],
      ["viewer@example.org", true],
    ],
  );
  const wish = { operator: ann.id, actor: "module:cli", reason: "Nobody else is left", at: world.now() };
  assert.deepEqual([await resetSecondFactor(world.db, wish), await resetSecondFactor(world.db, wish)], [true, false]);
  assert.equal((await world.ask({ cookie: ann.cookie })).status, 401);
  const told = (await world.facts("identity.second_factor_changed")).filter(({ change }) => change === "reset");
  assert.deepEqual(
    told.map(({ operator, actor }) => [operator, actor]),
    [
      [ben.id, `operator:${ann.id}`],
      [ann.id, "module:cli"],
    ],
  );
});
