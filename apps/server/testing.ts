import { randomBytes } from "node:crypto";
import type { IdentityApi, Role } from "@pigeonhole/identity/contract";
import { createOperator } from "@pigeonhole/identity/operators";
import { client } from "@pigeonhole/kit/client";
import { systemNow } from "@pigeonhole/kit/clock";
import { readConfig } from "@pigeonhole/kit/config";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { createLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "./modules.ts";
import { sealOf } from "./seal.ts";
import { startServer } from "./server.ts";
import { settings } from "./settings.ts";

/** A shop or carrier with an API key for everything. */
export interface Tenant {
  readonly id: string;
  readonly keyId: string;
  readonly secret: string;
}

/** A whole server on a free port and a fresh database, with one shop and one carrier and a key of each. */
export async function startTestServer(more: Readonly<Record<string, string>> = {}) {
  const database = await testDatabase(allMigrations);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    DATABASE_URL: await database.fresh(),
    SECRET_KEYS: randomBytes(32).toString("hex"),
    SIGNING_SEED: randomBytes(32).toString("hex"),
    MODULE_KEY: randomBytes(24).toString("hex"),
    PORT: String(port),
    PUBLIC_URL: url,
    MQTT_PORT: String(await freePort()),
    REQUESTS_PER_MINUTE: "1000000",
    DEMO: "1",
    DEFAULT_CARRIER: "swift",
    ...more,
  };
  const config = readConfig(settings, environment);
  /** What the server has said that went wrong, as lines of its log: a test that meets a 500 shows the last. */
  const errors: string[] = [];
  const listening = createLog({ name: "server", level: "error", file: "/dev/null", tail: (line) => void errors.push(line) });
  const server = await startServer(
    config,
    config.LOG_FILE ? createLog({ name: "server", level: "trace", file: config.LOG_FILE }) : listening,
  );
  const operator = { email: "operator@example.org", password: "correct horse battery" };
  const makeOperator = async (who: typeof operator, role: Role): Promise<void> => {
    const db = connect<never>(config.DATABASE_URL, { connections: 2 });
    await createOperator(viewAs(db), { ...who, role }, { now: systemNow, newId: systemNewId, random: systemRandom, seal: sealOf(config) });
    await db.destroy();
  };
  await makeOperator(operator, "admin");
  const signedIn = await client<IdentityApi>(`${url}/api`).sessions.$post({ json: { kind: "operator", ...operator } });
  const operatorCookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const asOperator = client<IdentityApi>(`${url}/api`, { headers: { cookie: operatorCookie } });
  const tenantOf = async (kind: "shop" | "carrier", slug: string): Promise<Tenant> => {
    const tenant = await asOperator.tenants.$post({ json: { kind, slug, name: slug } });
    if (tenant.status !== 201) throw new Error(`tenant ${slug}: ${tenant.status}`);
    const { id } = await tenant.json();
    const key = await asOperator.tenants[":id"].keys.$post({
      header: { "idempotency-key": `key-${slug}` },
      param: { id },
      json: { name: "test", scopes: ["reservations", "parcels", "routes", "couriers", "webhooks", "conditions"] },
    });
    if (key.status !== 201) throw new Error(`key of ${slug}: ${key.status}`);
    const { id: keyId, secret } = await key.json();
    return { id, keyId, secret };
  };
  const signIn = async (json: Parameters<typeof asOperator.sessions.$post>[0]["json"]): Promise<string> => {
    const answer = await client<IdentityApi>(`${url}/api`).sessions.$post({ json });
    if (answer.status !== 201) throw new Error(`sign in as ${json.kind}: ${answer.status}`);
    return answer.headers.get("set-cookie")!.split(";")[0]!;
  };
  /** One more operator, signed in. */
  const operatorOf = async (role: Role, name: string = role): Promise<{ readonly cookie: string }> => {
    const who = { email: `${name}@staff.example.org`, password: "correct horse battery" };
    await makeOperator(who, role);
    return { cookie: await signIn({ kind: "operator", ...who }) };
  };
  /** A courier of the carrier with this key, and the cookie of their session. */
  const courierOf = async (carrier: string, key: string, username: string): Promise<{ readonly id: string; readonly cookie: string }> => {
    const password = "a password for tests";
    const made = await client<IdentityApi>(`${url}/api`, { headers: { authorization: `Bearer ${key}` } }).couriers.$post({
      json: { username, name: username, password },
    });
    if (made.status !== 201) throw new Error(`courier ${username}: ${made.status}`);
    return { id: (await made.json()).id, cookie: await signIn({ kind: "courier", carrier, username, password }) };
  };
  /** The cookie of a customer's session, signed in with the code from the inbox. */
  const customerOf = async (email: string): Promise<string> => {
    await client<IdentityApi>(`${url}/api`)["sign-in-codes"].$post({ json: { email } });
    for (let tries = 0; tries < 200; tries++) {
      const { messages } = (await (await fetch(`${url}/api/inbox?to=${encodeURIComponent(email)}`)).json()) as {
        messages: { text: string }[];
      };
      const code = /\b(\d{3}) ?(\d{3})\b/
        .exec(messages[0]?.text ?? "")
        ?.slice(1)
        .join("");
      if (code) return signIn({ kind: "customer", email, code });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`no sign-in code for ${email}`);
  };
  const [shop, carrier] = [await tenantOf("shop", "corner"), await tenantOf("carrier", "swift")];
  return {
    url,
    config,
    errors,
    operatorCookie,
    shop,
    carrier,
    tenantOf,
    operatorOf,
    courierOf,
    customerOf,
    shopKey: shop.secret,
    carrierKey: carrier.secret,
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}
