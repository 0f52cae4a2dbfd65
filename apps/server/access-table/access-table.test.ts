import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Headers, Side, Told } from "../testing-sides.ts";
import { startSides } from "../testing-sides.ts";
import { scopes } from "@pigeonhole/identity/contract";
import { callers } from "../openapi/callers.ts";
import { openApi } from "../openapi/document.ts";
import { requireApart } from "./testing-carriers.ts";
import { gist, isSideAsker, leaks, startAsking, table, type Asking, type Whole } from "./testing-asking.ts";
import { answerTo, lines, rows, tableText, type Line } from "./table.ts";
import { askers, type Asker, type Row } from "./row.ts";

// Every route × everybody who may ask × what is theirs, what is somebody else's, what nobody has (A10.2, I-37, I-38): one world, one
// request per cell. Two of everybody on one server: Ann's side and Ben's.
const sides = await startSides();
after(() => sides[Symbol.asyncDispose]());
const { station, ask } = sides;
let ann: Side;
let ben: Side;
let asking: Asking;
before(async () => {
  asking = await startAsking(sides);
  ({ ann, ben } = asking);
});

const file = new URL("../../../docs/access-table.md", import.meta.url);
const moduleCalled = (name: string): Headers => asking.moduleCalled(name);
const headersOf = (asker: Asker, row: Row): Headers => asking.headersOf(asker, row);
const addressOf = (line: Whole, id: string, inStation: string): string => asking.addressOf(line, id, inStation);
const request = (...given: Parameters<Asking["request"]>): Promise<Told> => asking.request(...given);

const said = (line: Line, asker: string, { status, text }: Told): string =>
  `${line.operation} (${line.method} ${line.path}) as ${asker}: ${status} ${text.slice(0, 300)}`;
/** All of them at once for one route; route after route. */
const each = async (work: (line: Whole, asker: Asker) => Promise<void>): Promise<void> => {
  for (const line of table.filter(({ row }) => !row.isLast)) await Promise.all(askers.map((asker) => work(line, asker)));
};

test("every route has a row in the table, and every row a route", () => {
  const missing = lines.filter(({ row }) => row === undefined);
  assert.deepEqual(
    missing.map(({ operation }) => operation),
    [],
    missing
      .map(
        ({ module, operation, method, path, takesBody }) =>
          `${operation} (${method} ${path}) has no row. Who may ask it? Say so in apps/server/access-table/${module}.ts, e.g.\n` +
          `  "${operation}": { all: operators, own: ["customer"], id: (of) => of.parcel${takesBody ? ", body: () => ({ … })" : ""} },\n` +
          `(all: served whatever they ask for; own: with what is theirs alone; modules: by name, for /internal), then write the page with` +
          ` node apps/server/access-table/write.ts`,
      )
      .join("\n"),
  );
  const known = new Set(lines.map(({ operation }) => operation));
  const stale = Object.values(rows).flatMap((each) => Object.keys(each).filter((operation) => !known.has(operation)));
  assert.deepEqual(stale, [], "these rows have no route any more: take them out");
  assert.ok(table.length >= 75, "the contracts are seen");
});

test("every row says what its test needs", () => {
  for (const { operation, method, path, takesBody, row } of table) {
    if (takesBody)
      assert.ok(row.body, `${operation} takes a body: its row needs \`body\`, one that would be taken, or nobody gets past its form`);
    if (row.own) assert.ok(row.id, `${operation} has owners: its row needs \`id\`, what of a side stands in the path`);
    if (path.startsWith("/internal/")) assert.ok(row.modules && !row.all && !row.own, `${operation} is between modules: \`modules\` alone`);
    assert.ok(method !== "GET" || row.body === undefined, operation);
  }
});

test("docs/access-table.md is the table", () => {
  assert.equal(
    readFileSync(file, "utf8"),
    tableText(),
    "docs/access-table.md is not what the rows say: node apps/server/access-table/write.ts",
  );
});

test("whoever a row does not name is refused, with their own ids too", async () => {
  let asked = 0;
  await each(async (line, asker) => {
    if (answerTo(line.row, asker) !== "no" || (line.row.all?.length === 0 && !line.row.own && !line.row.modules)) return;
    const id = line.row.id?.(ben, isSideAsker(asker) ? asker : "shop") ?? randomUUID();
    const told = await request(line, headersOf(asker, line.row), id, ben);
    asked++;
    const isBetweenModules = line.path.startsWith("/internal/");
    if (isBetweenModules && asker !== "module") return assert.equal(told.body["code"], "no_such_route", said(line, asker, told));
    // An API key is no session: where only a session counts, whoever has a key is not signed in.
    const hasSession = !["nobody", "shop", "carrier", "module"].includes(asker);
    const isNotIn = asker === "nobody" || (!hasSession && told.status === 401);
    const [status, code] = isNotIn ? [401, "not_signed_in"] : [403, "not_allowed"];
    assert.deepEqual([told.status, told.body["code"]], [status, code], said(line, asker, told));
  });
  assert.ok(asked > 300, `${asked}`);
});

test("a module that a row does not name is refused", async () => {
  for (const line of table) {
    if (!Array.isArray(line.row.modules)) continue;
    const told = await request(line, moduleCalled("nobody"), line.row.id?.(ben, "shop") ?? randomUUID(), ben);
    assert.deepEqual([told.status, told.body["code"]], [403, "not_allowed"], said(line, "module nobody", told));
    const guessed = await request(line, { authorization: "Module guess:devices" }, randomUUID(), ben);
    assert.equal(guessed.status, 401, said(line, "a guessed key", guessed));
  }
});

test("whoever a row names for everything gets past every check of who they are", async () => {
  await each(async (line, asker) => {
    if (answerTo(line.row, asker) !== "all") return;
    // What would change something is asked for things that nobody has; whether that is told comes after who may ask.
    const told = await request(line, headersOf(asker, line.row), randomUUID(), ben, line.method === "GET" ? station : randomUUID());
    // A right that the thing itself asks for comes after who asks: that refusal has a code of its own.
    const isTurnedAway = ["not_signed_in", "not_allowed", "no_such_route", "malformed"].includes(String(told.body["code"]));
    assert.ok(!isTurnedAway && told.status !== 500, said(line, asker, told));
  });
});

test("what is somebody else's is answered like what nobody has, on every route, and tells nothing of them (I-38)", async () => {
  let asked = 0;
  await each(async (line, asker) => {
    if (line.row.id === undefined || answerTo(line.row, asker) === "all") return;
    const [nobodys, foreign] = [randomUUID(), line.row.id(ann, isSideAsker(asker) ? asker : "shop")];
    for (const headers of asker === "courier" ? [ben.as.courier, { cookie: ann.colleague.cookie }] : [headersOf(asker, line.row)]) {
      const told = await request(line, headers, foreign, ben);
      assert.deepEqual(gist(told, foreign), gist(await request(line, headers, nobodys, ben), nobodys), said(line, asker, told));
      assert.ok([401, 403, 404].includes(told.status), said(line, asker, told));
      assert.deepEqual(leaks(told.text.replaceAll(foreign, ""), ann), [], said(line, asker, told));
      asked++;
    }
  });
  assert.ok(asked > 100, `${asked}`);
});

test("what everybody of a kind may ask shows nothing of the other side", async () => {
  await each(async (line, asker) => {
    if (!isSideAsker(asker) || line.method !== "GET" || line.operation === "notifications.inbox") return;
    const told = await request(line, ben.as[asker], line.row.id?.(ben, asker) ?? randomUUID(), ben);
    assert.deepEqual(leaks(told.text, ann), [], said(line, asker, told));
  });
});

test("no operator sees a code, whatever they read, and nobody can make one (A10.2, I-40)", async () => {
  const codes = [ann, ben].flatMap(({ pickup, dropOff }) => [pickup.code, pickup.qr, dropOff.code, dropOff.qr]);
  assert.ok(codes.every((code) => code.length >= 8));
  for (const asker of ["viewer", "support", "admin"] as const) {
    for (const line of table) {
      if (line.method !== "GET" || line.operation === "notifications.inbox") continue;
      for (const side of [ann, ben]) {
        const told = await request(line, asking.world.headers[asker], line.row.id?.(side, "shop") ?? randomUUID(), side);
        assert.ok(!codes.some((code) => told.text.includes(code)), said(line, asker, told));
      }
    }
    // The one thing staff may do about codes: a fresh one goes to its recipient, and the answer does not say it.
    const again = await request(
      table.find(({ operation }) => operation === "access.reissue")!,
      asking.world.headers[asker],
      ben.parcel,
      ben,
    );
    if (asker === "viewer") assert.equal(again.status, 403);
    else assert.deepEqual(Object.keys(again.body), ["generation"], again.text);
  }
});

test("ids of the other side inside a body, or in a header for modules, open nothing", async () => {
  const day = new Date().toISOString().slice(0, 10);
  const plan = (courier: string, parcel: string) => ({ name: "Theft", day, courier, stops: [{ station, parcels: [parcel] }] });
  assert.equal((await ask("POST", "/routes", ben.as.carrier, plan(ann.courier.id, ben.parcel))).status, 404, "another carrier's courier");
  for (const parcel of [ann.parcel, ann.barcode]) {
    const planned = await ask("POST", "/routes", ben.as.carrier, plan(ben.courier.id, parcel));
    assert.equal(planned.body["code"], "unknown_parcel");
    assert.deepEqual(leaks(planned.text.replaceAll(parcel, ""), ann), []);
    assert.ok(
      [404, 409, 422].includes((await ask("POST", `/routes/${ben.route}/parcels`, ben.as.carrier, { station, parcels: [parcel] })).status),
    );
  }
  const own = String(
    (
      await ask(
        "POST",
        `/stations/${station}/holds`,
        { ...ben.as.shop, "on-behalf-of": `shop:${ann.shop.id}` },
        { orderId: "x", size: "small" },
      )
    ).body["id"],
  );
  assert.equal((await ask("GET", `/reservations/${own}`, ann.as.shop)).status, 404, "the header for modules is ignored");
  assert.equal((await ask("GET", `/reservations/${own}`, ben.as.shop)).status, 200);
  for (const path of [
    "/internal/parcels?ids=" + ann.parcel,
    `/internal/parcels/${ann.parcel}/recipient`,
    `/internal/access/stations/${station}/grants`,
  ]) {
    assert.equal((await ask("GET", path, ben.as.shop)).status, 404, path);
    assert.equal((await ask("GET", path, { authorization: "Module guess:parcels" })).status, 401, path);
  }
});

test("N12: two carriers share a station: each has its own routes, stops, parcels and events, and of the other not a word, nor a look inside", () =>
  requireApart(sides, { ben, table, leaks }));

test("the same Idempotency-Key of two clients is two keys", async () => {
  const key = { "idempotency-key": "order-1" };
  const body = { orderId: "same", size: "medium" };
  const [one, other] = [
    await ask("POST", `/stations/${station}/holds`, { ...ann.as.shop, ...key }, body),
    await ask("POST", `/stations/${station}/holds`, { ...ben.as.shop, ...key }, body),
  ];
  assert.deepEqual([one.status, other.status], [201, 201]);
  assert.notEqual(one.body["id"], other.body["id"]);
  assert.equal((await ask("POST", `/stations/${station}/holds`, { ...ann.as.shop, ...key }, body)).body["id"], one.body["id"]);
});

/** By operationId, as the document has it: what is promised there is what is asked here. */
const documented = new Map(
  Object.values(openApi().paths).flatMap((methods) => Object.values(methods).map((each) => [each.operationId, each])),
);
const takesKey = ({ operation }: Line): boolean =>
  documented.get(operation)?.parameters?.some(({ name }) => name === "Idempotency-Key") ?? false;
/** The same wish with another content. */
const other = (body: unknown): unknown =>
  JSON.parse(
    JSON.stringify(body)
      .replace(/"(orderId|name|barcode)":"/, '"$1":"other ')
      .replace(/"url":"[^"]*/, "$&/other"),
  );

test("A2.4: every route that takes an Idempotency-Key demands it, answers a repetition the same, and refuses it for another body", async () => {
  const settled = new Set<string>();
  /** What another test of this world has used up already. */
  const fresh: Readonly<Record<string, () => object>> = {
    "parcels.create": () => ({ barcode: `NEW-${randomUUID().slice(0, 8)}` }),
    "couriers.createRoute": () => ({ stops: [{ station, parcels: [] }] }),
  };
  const hold = async (by: Headers) =>
    String((await ask("POST", `/stations/${station}/holds`, by, { orderId: randomUUID(), size: "small" })).body["id"]);
  for (const line of table.filter(takesKey)) {
    for (const asker of askers.filter(isSideAsker)) {
      if (answerTo(line.row, asker) === "no") continue;
      const by = headersOf(asker, line.row);
      const id = line.operation === "reservations.confirm" ? await hold(by) : (line.row.id?.(ben, asker) ?? randomUUID());
      const given = line.takesBody ? line.row.body?.(ben, asking.world) : undefined;
      const body = given && { ...given, ...fresh[line.operation]?.() };
      const wish = (key: string, content = body) =>
        ask(line.method, addressOf(line, id, station), { ...by, "idempotency-key": key }, content);
      for (const [key, code] of [
        ["", "missing"],
        ["two words", "invalid"],
        ["x".repeat(256), "invalid"],
      ] as const) {
        const told = await wish(key);
        assert.deepEqual([told.status, told.body["code"]], [400, `idempotency_key_${code}`], said(line, asker, told));
      }
      const key = randomUUID();
      const first = await wish(key);
      const again = await wish(key);
      assert.equal(again.status, first.status, said(line, asker, again));
      if (first.status >= 300) continue;
      settled.add(line.operation);
      assert.deepEqual(again.body, first.body, said(line, asker, again));
      if (body === undefined) continue;
      const reused = await wish(key, other(body));
      assert.deepEqual([reused.status, reused.body["code"]], [422, "idempotency_key_reused"], said(line, asker, reused));
    }
  }
  for (const operation of ["reservations.hold", "reservations.confirm", "parcels.create", "couriers.createRoute"])
    assert.ok(settled.has(operation), `${operation} was never answered yes: ${[...settled].join()}`);
});

test("a key needs the scope that the document names, and no other", async () => {
  const keyOf = async (tenant: string, given: readonly string[]): Promise<Headers> => {
    const by = { ...sides.operator, "idempotency-key": randomUUID() };
    const made = await ask("POST", `/tenants/${tenant}/keys`, by, { name: "part", scopes: given });
    assert.equal(made.status, 201, "otherwise every key is refused for another reason");
    return { authorization: `Bearer ${String(made.body["secret"])}` };
  };
  let asked = 0;
  const open: string[] = [];
  for (const asker of ["shop", "carrier"] as const) {
    for (const scope of scopes) {
      const [only, without] = await Promise.all([
        keyOf(ben[asker].id, [scope]),
        keyOf(
          ben[asker].id,
          scopes.filter((each) => each !== scope),
        ),
      ]);
      for (const line of table) {
        const by = callers.get(line.operation);
        if (by?.scope !== scope || answerTo(line.row, asker) === "no") continue;
        const id = line.row.id?.(ben, asker) ?? randomUUID();
        const told = await request(line, without, id, ben);
        if (told.status !== 403 || !String(told.body["detail"]).includes(`scope ${scope}`)) open.push(said(line, asker, told));
        const allowed = await request(line, only, randomUUID(), ben, randomUUID());
        assert.ok(!/lacks the scope/.test(allowed.text), said(line, asker, allowed));
        asked++;
      }
    }
  }
  assert.deepEqual(open, []);
  assert.ok(asked > 40, `${asked}`);
});

test("owners are served with what is theirs, and nothing has been changed by all this", async () => {
  assert.equal((await ask("GET", `/reservations/${ann.held}`, ann.as.customer)).body["state"], "held");
  assert.equal((await ask("GET", `/parcels/${ann.parcel}`, ann.as.shop)).body["barcode"], ann.barcode);
  for (const line of table) {
    for (const asker of line.row.own ?? []) {
      const elsewhere = line.row.ownShownBy?.[asker];
      if (elsewhere !== undefined) {
        assert.ok(existsSync(new URL(`../../../${elsewhere}`, import.meta.url)), `${line.operation} names ${elsewhere}`);
        continue;
      }
      const told = await request(line, ann.as[asker], line.row.id!(ann, asker), ann);
      const isRefused = [401, 403, 404].includes(told.status) || told.status === 500;
      assert.ok(!isRefused, said(line, asker, told));
    }
  }
  for (const line of table.filter(({ row }) => row.isLast))
    assert.equal((await request(line, ben.as.customer, randomUUID(), ben)).status, 204, line.operation);
  assert.equal((await ask("GET", "/sessions/current", ben.as.customer)).status, 204, "nobody is signed in");
});
