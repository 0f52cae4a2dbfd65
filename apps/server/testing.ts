import { randomBytes } from "node:crypto";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { createOperator } from "@pigeonhole/identity/operators";
import { client } from "@pigeonhole/kit/client";
import { systemNow } from "@pigeonhole/kit/clock";
import { readConfig } from "@pigeonhole/kit/config";
import { connect, viewAs } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { freePort, testDatabase } from "@pigeonhole/kit/testing";
import { allMigrations } from "./modules.ts";
import { sealOf } from "./seal.ts";
import { startServer } from "./server.ts";
import { settings } from "./settings.ts";

/** A whole server on a free port and a fresh database, with one shop and one carrier and a key of each. */
export async function startTestServer(more: Readonly<Record<string, string>> = {}) {
  const database = await testDatabase(allMigrations);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = {
    DATABASE_URL: await database.fresh(), SECRET_KEYS: randomBytes(32).toString("hex"), SIGNING_SEED: randomBytes(32).toString("hex"), MODULE_KEY: randomBytes(24).toString("hex"),
    PORT: String(port), PUBLIC_URL: url, MQTT_PORT: String(await freePort()), REQUESTS_PER_MINUTE: "1000000", DEMO: "1", DEFAULT_CARRIER: "swift", ...more,
  };
  const config = readConfig(settings, environment);
  const server = await startServer(config, silentLog);
  const operator = { email: "operator@example.org", password: "correct horse battery" };
  const db = connect<never>(config.DATABASE_URL, { connections: 2 });
  await createOperator(viewAs(db), { ...operator, role: "admin" }, { now: systemNow, newId: systemNewId, random: systemRandom, seal: sealOf(config) });
  await db.destroy();
  const signedIn = await client<IdentityApi>(`${url}/api`).sessions.$post({ json: { kind: "operator", ...operator } });
  const operatorCookie = signedIn.headers.get("set-cookie")!.split(";")[0]!;
  const asOperator = client<IdentityApi>(`${url}/api`, { headers: { cookie: operatorCookie } });
  const keyOf = async (kind: "shop" | "carrier", slug: string): Promise<string> => {
    const tenant = await asOperator.tenants.$post({ json: { kind, slug, name: slug } });
    if (tenant.status !== 201) throw new Error(`tenant ${slug}: ${tenant.status}`);
    const { id } = await tenant.json();
    const key = await asOperator.tenants[":id"].keys.$post({ param: { id }, json: { name: "test", scopes: ["reservations", "parcels", "routes", "couriers"] } });
    if (key.status !== 201) throw new Error(`key of ${slug}: ${key.status}`);
    return (await key.json()).secret;
  };
  return {
    url, config, operatorCookie,
    shopKey: await keyOf("shop", "corner"),
    carrierKey: await keyOf("carrier", "swift"),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await database[Symbol.asyncDispose]();
    },
  };
}
