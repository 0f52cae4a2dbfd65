import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { startSides, type Headers, type Side, type Told } from "./testing-sides.ts";

// Two of everybody on one server (I-38): nobody reads, changes or guesses what belongs to the other one. A foreign id is answered
// exactly like an id that nobody has.
const sides = await startSides();
after(() => sides[Symbol.asyncDispose]());
const { server, station, ask, side } = sides;
const [ann, ben] = [await side("ann"), await side("ben")];

/** An id that neither side has anything to do with. */
const nobodys = randomUUID();

interface Case {
  readonly method: string;
  /** As the contract writes it. */
  readonly path: string;
  /** What of a side the id in the path is. */
  readonly id: (of: Side) => string;
  readonly body?: (of: Side) => unknown;
  /** Who of the owning side gets another answer than "there is no such thing", whatever it is. */
  readonly owners: readonly (keyof Side["as"])[];
}
const recipient = { name: "Mallory", email: "mallory@example.org" };
const cases: readonly Case[] = [
  { method: "GET", path: "/reservations/{id}", id: (of) => of.reservation, owners: ["shop"] },
  { method: "GET", path: "/reservations/{id}", id: (of) => of.held, owners: ["customer"] },
  { method: "POST", path: "/reservations/{id}/confirm", id: (of) => of.held, body: () => ({ recipient }), owners: [] },
  { method: "POST", path: "/reservations/{id}/cancel", id: (of) => of.held, owners: [] },
  { method: "POST", path: "/reservations/{id}/cancel", id: (of) => of.reservation, owners: ["shop"] },
  { method: "GET", path: "/parcels/{id}", id: (of) => of.parcel, owners: ["shop", "carrier", "customer"] },
  {
    method: "PUT",
    path: "/parcels/{id}/barcode",
    id: (of) => of.parcel,
    body: () => ({ barcode: "STOLEN-1" }),
    owners: ["shop", "carrier"],
  },
  { method: "GET", path: "/parcels/{parcel}/pickup", id: (of) => of.parcel, owners: ["customer"] },
  { method: "POST", path: "/parcels/{parcel}/pickup/reissue", id: (of) => of.parcel, owners: ["shop", "carrier", "customer"] },
  { method: "GET", path: "/parcels/{parcel}/custody", id: (of) => of.parcel, owners: ["shop", "carrier", "customer"] },
  { method: "GET", path: "/parcels/{parcel}/receipts", id: (of) => of.parcel, owners: ["shop", "carrier", "customer"] },
  { method: "GET", path: "/parcels/{parcel}/messages", id: (of) => of.parcel, owners: [] },
  { method: "GET", path: "/routes/{id}", id: (of) => of.route, owners: ["carrier", "courier"] },
  {
    method: "POST",
    path: "/routes/{id}/parcels",
    id: (of) => of.route,
    body: (of) => ({ station, parcels: [of.barcode] }),
    owners: ["carrier"],
  },
  { method: "POST", path: "/routes/{id}/start", id: (of) => of.route, owners: ["courier"] },
  {
    method: "POST",
    path: "/routes/{id}/scans",
    id: (of) => of.route,
    body: (of) => ({ station, barcode: of.barcode }),
    owners: ["courier"],
  },
  { method: "GET", path: "/scans/{id}", id: (of) => of.scan, owners: ["courier"] },
  { method: "POST", path: "/scans/{id}/deposited", id: (of) => of.scan, owners: ["courier"] },
  { method: "POST", path: "/scans/{id}/abandon", id: (of) => of.scan, body: () => ({ reason: "other" }), owners: ["courier"] },
  {
    method: "POST",
    path: "/tenants/{id}/keys",
    id: (of) => of.carrier.id,
    body: () => ({ name: "mine", scopes: ["parcels"] }),
    owners: [],
  },
  { method: "DELETE", path: "/keys/{id}", id: (of) => of.shop.keyId, owners: [] },
  // Operators' alone: there is nothing here for either side.
  { method: "POST", path: "/inspections/{id}/resolve", id: () => nobodys, body: () => ({ finding: "empty", note: "Looked" }), owners: [] },
  { method: "GET", path: "/firmware/rollouts/{rollout}", id: () => nobodys, owners: [] },
  ...["pause", "resume", "stop"].map((verb): Case => ({
    method: "POST",
    path: `/firmware/rollouts/{rollout}/${verb}`,
    id: () => nobodys,
    body: () => ({ reason: "Curious" }),
    owners: [],
  })),
];
const at = ({ path }: Case, id: string): string => path.replace(/\{\w+\}/, id);
const leaks = (text: string, of: Side): string[] => of.secrets.filter((secret) => text.includes(secret));
/** A refusal without what it repeats of the question and the id of the request. */
const gist = ({ status, body }: Told, id: string): unknown => ({
  status,
  ...JSON.parse(JSON.stringify({ ...body, instance: null }).replaceAll(id, "…")),
});

test("every route that takes the id of something owned is in the table", async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, unknown>> };
  // Stations belong to the network: everybody may see and hold, operators do the rest.
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace("/api", "")}`),
  );
  const owned = all.filter((route) => route.includes("{") && !route.includes("/stations/{station}"));
  assert.ok(owned.length >= 15);
  assert.deepEqual(
    owned.filter((route) => !cases.some(({ method, path }) => route === `${method} ${path}`)),
    [],
  );
});

test("the other side's id is answered like an id that nobody has, to each of its people, on every route", async () => {
  for (const each of cases) {
    const nobody = randomUUID();
    const everybody: Headers[] = [...Object.values(ben.as), { cookie: ann.colleague.cookie }, {}];
    for (const who of everybody) {
      const what = `${each.method} ${each.path}`;
      const foreign = await ask(each.method, at(each, each.id(ann)), who, each.body?.(ben));
      assert.ok([401, 403, 404].includes(foreign.status), `${what}: ${foreign.status} ${foreign.text}`);
      const unknown = await ask(each.method, at(each, nobody), who, each.body?.(ben));
      assert.deepEqual(gist(foreign, each.id(ann)), gist(unknown, nobody), what);
      assert.deepEqual(leaks(foreign.text.replaceAll(each.id(ann), ""), ann), [], what);
    }
  }
});

test("lists hold nothing of the other side", async () => {
  for (const list of [
    "/parcels?limit=200",
    "/routes?limit=200",
    "/couriers",
    "/my/route",
    "/tenants",
    "/audit",
    "/devices",
    `/stations/${station}/reservations`,
    `/stations/${station}/compartments`,
    `/stations/${station}/events`,
    `/stations/${station}`,
    "/search?lat=59.4&lon=24.7",
    "/sessions/current",
  ]) {
    for (const [kind, who] of Object.entries(ben.as))
      assert.deepEqual(leaks((await ask("GET", list, who)).text, ann), [], `${list} as ${kind}`);
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

test("nothing was changed by all this, and the owners reach what is theirs", async () => {
  assert.equal((await ask("GET", `/reservations/${ann.held}`, ann.as.customer)).body["state"], "held");
  assert.equal((await ask("GET", `/parcels/${ann.parcel}`, ann.as.shop)).body["barcode"], ann.barcode);
  for (const each of cases) {
    for (const kind of each.owners) {
      const answer = await ask(each.method, at(each, each.id(ann)), ann.as[kind], each.body?.(ann));
      assert.ok(
        ![401, 403, 404].includes(answer.status) && answer.status !== 500,
        `${each.method} ${each.path} as ${kind}: ${answer.status} ${answer.text}`,
      );
    }
  }
});
