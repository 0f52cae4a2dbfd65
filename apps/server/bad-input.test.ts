import assert from "node:assert/strict";
import { after, test } from "node:test";
import { evilBodies, evilIds, evilQueries } from "./testing-hostile.ts";
import { startTestServer } from "./testing.ts";

// Every public route, as the server's own contract lists it, against inputs that somebody will send (reliability §2): each gets a
// problem document with a code and a sentence; none is a 500, and nothing is changed by them.
const server = await startTestServer();
after(() => server[Symbol.asyncDispose]());

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly hasBody: boolean;
}
const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
  paths: Record<string, Record<string, { requestBody?: unknown }>>;
};
const operations: Operation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    method: method.toUpperCase(),
    path,
    hasBody: operation.requestBody !== undefined,
  })),
);

const authorizations: readonly Record<string, string>[] = [
  {},
  { authorization: "Bearer nonsense" },
  { authorization: "Module guess:parcels" },
  { authorization: "Bearer " + "x".repeat(5_000) },
  { cookie: "ph_session=forged" },
  { authorization: `Bearer ${server.shopKey}` },
  { authorization: `Bearer ${server.carrierKey}` },
];

const fill = (path: string, id: string): string => path.replaceAll(/\{[^}]+\}/g, id);
async function attempt(operation: Operation, id: string, init: RequestInit): Promise<void> {
  const url = `${server.url}${fill(operation.path, id)}`;
  const answer = await fetch(url, { method: operation.method, redirect: "manual", ...init });
  const text = await answer.text();
  const what = `${operation.method} ${operation.path} id=${id.slice(0, 40)} body=${String(init.body ?? "").slice(0, 60)} → ${answer.status} ${text.slice(0, 200)}`;
  assert.ok(answer.status < 500, what);
  if (answer.status < 400) return;
  if (answer.status === 431 || text === "") return; // refused by the HTTP parser, before any of our code
  const problem = JSON.parse(text) as { code?: string; title?: string; status?: number };
  assert.equal(answer.headers.get("content-type"), "application/problem+json", what);
  assert.ok(problem.code && problem.title && problem.status === answer.status, what);
  assert.ok(!/select |insert |kysely|node_modules|at .*\.ts:/i.test(text), `leaks its insides: ${what}`);
}

test("the contract lists the routes of all modules and none that is internal", () => {
  assert.ok(operations.length >= 40, `only ${operations.length} operations`);
  assert.deepEqual(
    operations.filter(({ path }) => path.includes("internal")),
    [],
  );
});

/** Of each kind of input every third, another third at each route: together the routes meet all of them many times. */
const share = 3;
const some = <T>(inputs: readonly T[], place: number): T[] => inputs.filter((_, i) => (i + place) % share === 0);
/** Eight at a time: each is a request of its own. */
async function all(attempts: readonly (() => Promise<void>)[]): Promise<void> {
  for (let i = 0; i < attempts.length; i += 8) await Promise.all(attempts.slice(i, i + 8).map((one) => one()));
}
const nobody = "01987654-3210-7000-8000-000000000000";

test("hostile ids, bodies and credentials get an answer with a code, on every route, and never a 500", async () => {
  const json = { "content-type": "application/json" };
  for (const [place, operation] of operations.entries()) {
    const { hasBody } = operation;
    const withBody = hasBody ? { body: "{}", headers: json } : {};
    const ids = operation.path.includes("{") ? some(evilIds, place) : [];
    await all([
      ...ids.map((id) => () => attempt(operation, id, withBody)),
      ...authorizations.map(
        (headers) => () =>
          attempt(operation, nobody, { headers: { ...headers, ...json, "idempotency-key": "k" }, ...(hasBody ? { body: "{}" } : {}) }),
      ),
      ...(hasBody ? some(evilBodies, place) : []).map(
        (body) => () =>
          attempt(operation, nobody, { body, headers: { ...json, "idempotency-key": "k", authorization: `Bearer ${server.shopKey}` } }),
      ),
      ...(hasBody ? [() => attempt(operation, nobody, { body: "size=small", headers: { "content-type": "text/plain" } })] : []),
    ]);
  }
});

test("odd query values are refused or ignored, never a 500", async () => {
  const lists = operations.filter((operation) => operation.method === "GET");
  for (const [place, { method, path }] of lists.entries())
    await all(
      some(evilQueries, place).flatMap((query) =>
        [{}, { authorization: `Bearer ${server.shopKey}` }].map(
          (headers) => () => attempt({ method, path: `${path}?${query}`, hasBody: false }, nobody, { headers }),
        ),
      ),
    );
});

test("I-37: routes between modules do not exist for anybody else, whoever they are", async () => {
  const id = "01987654-3210-7000-8000-000000000000";
  for (const headers of [{}, { authorization: `Bearer ${server.shopKey}` }, { cookie: server.operatorCookie }])
    for (const at of [`parcels?ids=${id}`, `parcels/${id}/recipient`, `access/stations/${id}/grants`]) {
      const answer = await fetch(`${server.url}/api/internal/${at}`, { headers });
      assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [404, "no_such_route"], at);
    }
});

test("I-34: addresses that a client makes up count as its own: nobody tries passwords without waiting", async () => {
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) {
    const answer = await fetch(`${server.url}/api/sessions`, {
      method: "POST",
      body: JSON.stringify({ kind: "operator", email: "nobody@example.org", password: "a guess" }),
      headers: { "content-type": "application/json", "x-forwarded-for": `192.0.2.${n}`, "x-client-address": `192.0.2.${n}` },
    });
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429]);
});

test("a body over the limit is refused, a method that a route does not have too", async () => {
  const large = await fetch(`${server.url}/api/sign-in-codes`, {
    method: "POST",
    body: JSON.stringify({ email: "x".repeat(2_000_000) }),
    headers: { "content-type": "application/json" },
  });
  assert.equal(large.status, 413);
  assert.equal((await fetch(`${server.url}/api/sessions`, { method: "PATCH" })).status, 404);
  assert.equal((await fetch(`${server.url}/api/nowhere`)).status, 404);
});
