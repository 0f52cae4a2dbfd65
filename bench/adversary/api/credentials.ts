import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { some, type Plan } from "../plan.ts";
import { bare, cameOf, changeOf, faultOf, type Town } from "./town.ts";

const place = "api: credentials and headers";
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Keys, cookies and tokens that nobody gave out; headers that pretend; other sites' pages with a cookie of ours. */
export async function apiCredentials({ ledger, size }: Plan, town: Town): Promise<void> {
  const { sides, asking } = town;
  const { ann, ben } = asking;
  const { url } = sides.server;
  const plan = { size };
  const before = await town.ofAnn();
  const note = (what: string, expected: string, told: Awaited<ReturnType<typeof bare>>, isAsExpected: boolean, about: string): void => {
    const breach = faultOf(told) ?? (isAsExpected ? undefined : `answered ${told.status} ${told.text.slice(0, 200)}`);
    ledger.note(place, what, expected, cameOf(told), breach && `${about}: ${breach}`);
  };

  const [secret, cookie] = [ann.shop.secret, ann.as.customer.cookie];
  const [beginning, prefix] = secret.split("_");
  const claims = { sub: "operator:1", role: "admin", aud: "pigeonhole", exp: 9_999_999_999 };
  const jwt = (head: object, key = ""): string => {
    const text = `${base64({ typ: "JWT", ...head })}.${base64(claims)}`;
    return `${text}.${key === "" ? "" : createHmac("sha256", key).update(text).digest("base64url")}`;
  };
  const forged: readonly (readonly [string, Record<string, string>])[] = [
    ["no scheme", { authorization: secret }],
    ["another scheme", { authorization: `Basic ${Buffer.from(`admin:${secret}`).toString("base64")}` }],
    [
      "a key that was never given out",
      { authorization: `Bearer phk_${randomBytes(8).toString("hex")}_${randomBytes(32).toString("base64url")}` },
    ],
    ["a known beginning, another secret", { authorization: `Bearer ${beginning}_${prefix}_${randomBytes(32).toString("base64url")}` }],
    ["one letter changed", { authorization: `Bearer ${secret.slice(0, -1)}${secret.endsWith("A") ? "B" : "A"}` }],
    ["cut off", { authorization: `Bearer ${secret.slice(0, -1)}` }],
    ["longer", { authorization: `Bearer ${secret}A` }],
    ["a sandbox's key", { authorization: `Bearer phs_${prefix}_${secret.split("_").slice(2).join("_")}` }],
    ["upper case", { authorization: `Bearer ${secret.toUpperCase()}` }],
    ["JWT without a signature", { authorization: `Bearer ${jwt({ alg: "none" })}` }],
    ["JWT signed with an empty key", { authorization: `Bearer ${jwt({ alg: "HS256" }, "\0")}` }],
    ["JWT whose key is a file", { authorization: `Bearer ${jwt({ alg: "HS256", kid: "../../../dev/null" }, "x")}` }],
    ["JWT with its own key", { authorization: `Bearer ${jwt({ alg: "HS256", jwk: { kty: "oct", k: "eA" } }, "x")}` }],
    ["a module's name without its key", { authorization: "Module :parcels" }],
    ["a guessed module key", { authorization: `Module ${"0".repeat(48)}:parcels` }],
    ["the module key's length and form", { authorization: `Module ${randomBytes(24).toString("hex")}:devices` }],
    ["a forged session", { cookie: `ph_session=${randomBytes(32).toString("base64url")}` }],
    ["a session cut off", { cookie: cookie.slice(0, -1) }],
    ["a session under another name", { cookie: cookie.replace("ph_session", "PH_SESSION") }],
    ["the digest of a session", { cookie: `ph_session=${base64(cookie)}` }],
    ["an empty session", { cookie: "ph_session=" }],
    ["SQL for a session", { cookie: "ph_session=' or '1'='1" }],
    ["32 kB of a key", { authorization: `Bearer ${"x".repeat(12_000)}` }],
    ["names of objects", { authorization: "__proto__ constructor" }],
  ];
  const doors: readonly (readonly [string, string, unknown])[] = [
    ["GET", "/parcels?limit=1", undefined],
    ["GET", `/parcels/${ann.parcel}`, undefined],
    ["POST", `/stations/${sides.station}/holds`, { orderId: "x", size: "small" }],
    ["POST", "/tenants", { kind: "shop", slug: "stolen", name: "Stolen" }],
    ["GET", "/webhooks", undefined],
    ["POST", `/stations/${sides.station}/revoke`, { reason: "stolen" }],
    ["GET", `/internal/parcels/${ann.parcel}/recipient`, undefined],
  ];
  for (const [what, headers] of forged)
    for (const [method, at, body] of some(plan, doors, 3)) {
      const told = await bare(`${url}/api${at}`, {
        method,
        headers: { ...headers, "idempotency-key": randomUUID(), ...(body === undefined ? {} : { "content-type": "application/json" }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const isRefused = told.status === 401 || told.status === 403 || (at.startsWith("/internal/") && told.status === 404);
      note("a credential that nobody gave out", "401, 403, or 404 between modules", told, isRefused, `${what} at ${method} ${at}`);
    }

  // Headers that other servers, proxies and frameworks believe.
  const tricks: readonly Record<string, string>[] = [
    { "x-original-url": `/api/parcels/${ann.parcel}`, "x-rewrite-url": "/api/internal/parcels" },
    { "x-http-method-override": "DELETE", "x-method-override": "PUT", "x-http-method": "PATCH" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher", forwarded: "for=127.0.0.1;host=evil.example" },
    { "x-actor": JSON.stringify({ kind: "operator", id: randomUUID(), role: "admin" }) },
    { "on-behalf-of": `customer:${ann.parcel}`, "x-tenant-id": ann.shop.id, "x-user-id": "1", "x-role": "admin" },
    { "x-client-address": "127.0.0.1", "x-real-ip": "127.0.0.1", "x-forwarded-for": "127.0.0.1, ::1" },
    { "x-request-id": "a".repeat(400) },
    { "content-encoding": "gzip", te: "trailers", connection: "x-client-address" },
    { range: "bytes=0-1,0-1,0-1", "if-match": "*", "if-none-match": "*" },
    { accept: "../../etc/passwd", "accept-language": "../".repeat(200), "accept-encoding": "br;q=9" },
  ];
  for (const trick of tricks)
    for (const [who, headers] of [
      ["nobody", {}],
      ["Ben", ben.as.customer],
      ["Ben's shop", ben.as.shop],
    ] as const) {
      const { connection: _, ...sent } = trick;
      const told = await bare(`${url}/api/parcels/${ann.parcel}`, { headers: { ...headers, ...sent } }).catch((error: unknown) => ({
        status: 400,
        text: "",
        contentType: null,
        headers: new Headers({ said: String(error) }),
      }));
      const isHidden = [400, 401, 403, 404].includes(told.status);
      ledger.note(
        place,
        "a header that pretends",
        "what is Ann's stays hidden",
        cameOf(told),
        isHidden ? undefined : `${Object.keys(trick).join(", ")} as ${who}: ${told.status}`,
      );
      const opens = told.headers.get("access-control-allow-origin");
      ledger.note(
        place,
        "an answer for another site's page",
        "no leave to read it",
        opens ?? "no leave",
        opens === null ? undefined : `access-control-allow-origin: ${opens}`,
      );
    }

  // With a cookie that the browser adds, from a page that is not ours (CSRF).
  const pages: readonly Record<string, string>[] = [
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "none", origin: "https://evil.example" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: `${url}.evil.example` },
    { origin: url.replace("http:", "https:").replace(/\d+$/, "1") },
  ];
  for (const page of pages)
    for (const type of ["application/json", "text/plain"]) {
      const told = await bare(`${url}/api/stations/${sides.station}/holds`, {
        method: "POST",
        headers: { ...ann.as.customer, ...page, "content-type": type, "idempotency-key": randomUUID() },
        body: JSON.stringify({ orderId: "csrf", size: "small" }),
      });
      note("another site's page with our cookie", "403 or 415", told, [403, 415].includes(told.status), JSON.stringify(page));
    }
  const change = changeOf(before, await town.ofAnn());
  ledger.note(place, "what is somebody else's, afterwards", "as it was before", change === undefined ? "as it was" : "changed", change);
}
