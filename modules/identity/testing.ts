// What the tests of this module share: a database, the module on it, a clock that the test moves.
import assert from "node:assert/strict";
import { client } from "@pigeonhole/kit/client";
import { connect } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { testPersonal } from "@pigeonhole/kit/personal/testing";
import { createSeal } from "@pigeonhole/kit/seal";
import { testDatabase } from "@pigeonhole/kit/testing";
import { sql } from "kysely";
import type { Actor, IdentityApi, Role, Scope } from "./contract.ts";
import { identityMigrations } from "./migrations.ts";
import { identity } from "./module.ts";
import { createOperator } from "./operators.ts";
import type { Tables } from "./tables.ts";
import { createWho } from "./who.ts";

export const database = await testDatabase([identityMigrations]);
export const moduleKey = "m".repeat(32);
export const password = "correct horse battery";

/** Identity alone, a clock that the test moves, and a route `/who` that says who is asking. */
export async function start({ secondFactorRoles = [] }: { readonly secondFactorRoles?: readonly Role[] } = {}) {
  const db = connect<Tables>(await database.fresh());
  const seal = createSeal([Buffer.alloc(32, 7)], systemRandom);
  let time = new Date("2026-03-01T12:00:00Z");
  const now = (): Date => time;
  const { personal } = testPersonal(db as never, now, seal);
  const who = createWho({ db, now, personal, secondFactorRoles, moduleKey });
  const module = identity({
    db,
    who,
    now,
    newId: systemNewId,
    log: silentLog,
    seal,
    personal,
    random: systemRandom,
    secureCookies: false,
    secondFactorRoles,
  });
  const probe = router({}, silentLog).all("/who", async (c) =>
    c.json(await who(c, "customer", "courier", "operator", "shop", "carrier", "module")),
  );
  const api = (headers: Record<string, string> = {}) =>
    client<IdentityApi>("http://here", { headers, fetch: (url, init) => module.routes.request(url as string, init) });
  const codeSent = async (): Promise<{ email: string; code: string }> => {
    const { rows } = await sql<{
      payload: { request: string; sealed: string };
    }>`select payload from kit.outbox where type = 'identity.sign_in_code_requested' order by seq desc limit 1`.execute(db);
    const { request, sealed } = rows[0]!.payload;
    return JSON.parse(await personal.open(db, `identity.sign_in_code|${request}`, sealed)) as { email: string; code: string };
  };
  const facts = async (type: string): Promise<Record<string, unknown>[]> =>
    (
      await sql<{ payload: Record<string, unknown> }>`select payload from kit.outbox where type = ${type} order by seq`.execute(db)
    ).rows.map((row) => row.payload);
  const operator = (role: Role, email = `${role}@example.org`) =>
    createOperator(db, { email, password, role }, { now, newId: systemNewId, seal, random: systemRandom });
  const ask = async (headers: Record<string, string>, method = "GET") => {
    const answer = await probe.request("http://here/who", { method, headers });
    return { status: answer.status, actor: (await answer.json()) as Actor & { code?: string } };
  };
  return {
    db,
    api,
    ask,
    module,
    codeSent,
    facts,
    operator,
    seal,
    personal,
    now,
    pass: (seconds: number) => {
      time = new Date(time.getTime() + seconds * 1_000);
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
export type World = Awaited<ReturnType<typeof start>>;

export const cookieOf = (answer: { headers: Headers }): string => answer.headers.get("set-cookie")!.split(";")[0]!;

export async function customer(world: World, email = "ann@example.org"): Promise<string> {
  assert.equal((await world.api()["sign-in-codes"].$post({ json: { email } })).status, 202);
  const answer = await world.api().sessions.$post({ json: { kind: "customer", email, code: (await world.codeSent()).code } });
  assert.equal(answer.status, 201);
  return cookieOf(answer);
}

export async function admin(world: World) {
  await world.operator("admin");
  const answer = await world.api().sessions.$post({ json: { kind: "operator", email: "admin@example.org", password } });
  assert.equal(answer.status, 201);
  return world.api({ cookie: cookieOf(answer) });
}

export async function key(operator: ReturnType<World["api"]>, kind: "shop" | "carrier", slug: string, scopes: Scope[]) {
  const made = await operator.tenants.$post({ json: { kind, slug, name: slug } });
  assert.ok(made.status === 201);
  const tenant = (await made.json()).id;
  const keyed = await operator.tenants[":id"].keys.$post({
    header: { "idempotency-key": systemNewId() },
    param: { id: tenant },
    json: { name: "first", scopes },
  });
  assert.ok(keyed.status === 201);
  const { id, secret } = await keyed.json();
  return { tenant, id, secret, bearer: { authorization: `Bearer ${secret}` } };
}
