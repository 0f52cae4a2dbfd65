import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, test } from "node:test";
import { bent, texts } from "./testing-hostile.ts";
import { startSides, type Told } from "./testing-sides.ts";

// Requests that are right but for one value, sent by those who may send them: they get past the first checks, to where databases,
// parsers and seals are. Each gets an answer with a code; none is a 500.
const sides = await startSides();
after(() => sides[Symbol.asyncDispose]());
const { server, station, operator, ask } = sides;
const ann = await sides.side("ann");
const { shop, carrier, courier, customer } = ann.as;
const token = String((await sides.until(201, "POST", `/stations/${station}/enrolment-tokens`, operator)).body["token"]);

const layout = { floorMm: 100, columns: [{ doors: [{ number: 1, size: "small", widthMm: 300, heightMm: 200, depthMm: 400 }] }] };
const recipient = { name: "Ann", email: "ann@example.org", phone: "+37251234567", language: "en" };
const dimensions = { lengthMm: 100, widthMm: 100, heightMm: 100, weightGrams: 100 };
const day = new Date().toISOString().slice(0, 10);

/** One request per route with a body, in its widest form. */
const requests: readonly [string, string, Readonly<Record<string, string>>, unknown][] = [
  ["POST", "/sign-in-codes", {}, { email: "nobody@example.org", language: "de" }],
  ["POST", "/sessions", {}, { kind: "customer", email: "nobody@example.org", code: "123456" }],
  ["POST", "/sessions", {}, { kind: "courier", carrier: "post-ann", username: "driver-ann", password: "wrong password" }],
  ["POST", "/sessions", {}, { kind: "operator", email: "operator@example.org", password: "wrong password" }],
  ["POST", "/tenants", operator, { kind: "shop", slug: "third", name: "Third" }],
  ["POST", `/tenants/${ann.shop.id}/keys`, operator, { name: "more", scopes: ["parcels"] }],
  ["POST", "/couriers", carrier, { username: "another", name: "Another", password: "long enough" }],
  [
    "POST",
    "/stations",
    operator,
    {
      name: "New",
      lat: 1,
      lon: 2,
      address: "Here 1",
      country: "EE",
      carrier: "x",
      openingHours: "24/7",
      stepFree: true,
      supportPhone: "+372 1",
      status: "provisioning",
      layout,
      walkUp: [1],
    },
  ],
  [
    "PATCH",
    `/stations/${station}`,
    operator,
    {
      name: "Central",
      address: "Here 1",
      openingHours: "Mo-Fr 08:00-20:00",
      stepFree: true,
      supportPhone: "+372 1",
      status: "active",
      walkUp: [],
    },
  ],
  ["PUT", `/stations/${station}/compartments/9/state`, operator, { state: "in_service", reason: "looked at" }],
  ["POST", `/stations/${station}/holds`, shop, { orderId: "o-1", size: "small", holdMinutes: 1 }],
  ["POST", `/stations/${station}/holds`, customer, { orderId: "o-1", dimensions, holdMinutes: 1 }],
  [
    "POST",
    `/reservations/${ann.held}/confirm`,
    customer,
    { recipient, barcode: "LABEL-9", dimensions, carrier: "post-ann", service: "prime", deliverWithinDays: 1 },
  ],
  ["POST", "/parcels", carrier, { station, orderId: "o-2", barcode: "LABEL-10", recipient, size: "small", service: "standard" }],
  ["PUT", `/parcels/${ann.parcel}/barcode`, carrier, { barcode: "LABEL-11" }],
  ["POST", "/routes", carrier, { name: "Round", day, courier: ann.courier.id, stops: [{ station, parcels: [ann.barcode] }] }],
  ["POST", `/routes/${ann.route}/parcels`, carrier, { station, parcels: [ann.barcode] }],
  ["POST", `/routes/${ann.route}/scans`, courier, { station, barcode: ann.barcode }],
  ["POST", `/scans/${ann.scan}/abandon`, courier, { reason: "other" }],
  [
    "POST",
    "/enrolments",
    {},
    { token, csr: "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n", codeKey: "A".repeat(43) },
  ],
  ["POST", `/stations/${randomUUID()}/revoke`, operator, { reason: "stolen" }],
  [
    "POST",
    "/push-subscriptions",
    customer,
    { endpoint: "https://fcm.googleapis.com/fcm/send/x", expirationTime: null, keys: { p256dh: "x", auth: "y" } },
  ],
];

/** Of each kind of value every third, another third at each place: together the places of a request meet all of them. */
const share = 3;
let place = 0;
const some = <T>(values: readonly T[]): T[] => {
  place++;
  return values.filter((_, i) => (i + place) % share === 0);
};

function check({ status, text, body }: Told, what: () => string): void {
  if (status < 400) return;
  const isOurs = typeof body["code"] === "string" && typeof body["title"] === "string" && body["status"] === status;
  assert.ok(status !== 500 && isOurs && body["code"] !== "internal", `${what()} → ${status} ${text.slice(0, 300)}`);
}

test("one wrong value in a request that is right otherwise is refused or taken, never a 500", async () => {
  let asked = 0;
  for (const [method, at, who, request] of requests) {
    const strange = await ask(method, at, who, { ...(request as object), surprise: 1 });
    assert.equal(strange.body["code"], "malformed", `${method} ${at} takes unknown members: ${strange.text}`);
    const all = [...bent(request, some)];
    // Eight at a time: each is a request of its own.
    for (let i = 0; i < all.length; i += 8)
      await Promise.all(
        all
          .slice(i, i + 8)
          .map(async (body) => check(await ask(method, at, who, body), () => `${method} ${at} ${JSON.stringify(body).slice(0, 300)}`)),
      );
    asked += all.length;
  }
  assert.ok(asked > 1_000, `only ${asked} requests`);
});

test("every query value of every list, wrong, from those who may ask", async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
  };
  let asked = 0;
  for (const [path, { get }] of Object.entries(paths)) {
    for (const { name } of (get?.parameters ?? []).filter((parameter) => parameter.in === "query")) {
      const at = path
        .replace("/api", "")
        .replace(/\{station\}/, station)
        .replace(/\{\w+\}/, ann.parcel);
      const answers = some([
        ...texts.filter((text) => text.length < 1_000),
        "-1",
        "0",
        "1.5",
        "2147483648",
        "9007199254740993",
        "1e309",
        "NaN",
        "0x1",
        "2026-13-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
      ]).map(async (value) => {
        const query = new URLSearchParams(
          [
            ["lat", "59.4"],
            ["lon", "24.7"],
          ].filter(([known]) => path.endsWith("/search") && known !== name),
        );
        query.append(name, value);
        for (const who of [operator, customer]) check(await ask("GET", `${at}?${query}`, who), () => `${at} ${name}=${value}`);
        asked++;
      });
      await Promise.all(answers);
      const twice = new URLSearchParams([
        [name, "1"],
        [name, "again"],
      ]);
      check(await ask("GET", `${at}?${twice}`, operator), () => `${at} ${name} twice`);
    }
  }
  assert.ok(asked > 300, `only ${asked} queries`);
});
