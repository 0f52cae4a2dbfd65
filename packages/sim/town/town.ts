import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DeviceApi } from "@pigeonhole/devices/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { createOperator } from "@pigeonhole/identity/operators";
import { client } from "@pigeonhole/kit/client";
import { readConfig } from "@pigeonhole/kit/config";
import { connect, viewAs } from "@pigeonhole/kit/db";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { placeDoors } from "@pigeonhole/network/layout";
import { standardLayout } from "@pigeonhole/network/standard-layout";
import { sealOf } from "@pigeonhole/server/seal";
import { settings, type ServerConfig } from "@pigeonhole/server/settings";
import { enrol } from "@pigeonhole/station/provisioning/enrol";
import type { Identity } from "@pigeonhole/station/provisioning/identity";
import type { BackendNode } from "../backend/node.ts";
import type { Draw } from "../time/draw.ts";
import type { Scheduler } from "../time/scheduler.ts";

/** A station as it was founded. */
export interface Plan {
  readonly identity: Identity;
  readonly name: string;
  readonly doors: readonly { readonly number: number; readonly size: string }[];
  readonly hasSensors: boolean;
  readonly walkUp: readonly number[];
  readonly lat: number;
  readonly lon: number;
}
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly cookie: string;
}
/** Everybody and everything that is there before a world's story begins; all worlds of a process begin with copies of it. */
export interface Town {
  readonly secrets: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly stations: readonly Plan[];
  readonly shopKey: string;
  /** Of another shop, which has nothing to do with the orders of the first. */
  readonly otherShopKey: string;
  readonly carrierKey: string;
  readonly operator: string;
  readonly staff: { readonly email: string; readonly password: string };
  readonly couriers: readonly {
    readonly id: string;
    readonly cookie: string;
    readonly login: { readonly username: string; readonly password: string };
  }[];
  readonly customers: readonly Person[];
}

/** How many there are of what a town consists of. */
export interface Size {
  readonly stations: number;
  readonly couriers: number;
  readonly customers: number;
}
/** Quickly founded, for few lives. */
export const smallTown: Size = { stations: 4, couriers: 4, customers: 8 };
/** Where many lives are lived side by side: what an idle backend does by itself costs each of them less. */
export const wideTown: Size = { stations: 12, couriers: 6, customers: 12 };
const doorsOfStation = { all: 30, walkUp: 3 } as const;

export const configOf = (secrets: Readonly<Record<string, string>>, url: string): ServerConfig =>
  readConfig(settings, { DATABASE_URL: url, ...secrets });

export const secretsOf = (draw: Draw): Record<string, string> => {
  const hex = (bytes: number): string => draw.random.bytes(bytes).toString("hex");
  return {
    SECRET_KEYS: hex(32),
    SIGNING_SEED: hex(32),
    MODULE_KEY: hex(24),
    PUBLIC_URL: "http://sim",
    DEMO: "1",
    DEFAULT_CARRIER: "swift",
    FLEET_OPENS_PER_MINUTE: "100000",
  };
};

interface Founding {
  readonly url: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly draw: Draw;
  readonly backend: BackendNode;
  readonly scheduler: Scheduler;
  readonly size: Size;
}

/** Founds the town through the routes that everybody uses. */
export async function found({ url, secrets, draw, backend, scheduler, size }: Founding): Promise<Town> {
  const config = configOf(secrets, url);
  const fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> => scheduler.outside(backend.fetch(input, init));
  const as = (headers: Record<string, string> = {}) => ({ fetch, headers });
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => void scheduler.after(ms, "founding", resolve));
  const must = async <T>(what: string, asked: Promise<{ status: number; json(): Promise<unknown> }>): Promise<T> => {
    const answer = await asked;
    if (answer.status >= 300) throw new Error(`${what}: ${answer.status} ${JSON.stringify(await answer.json())}`);
    return (await answer.json()) as T;
  };

  const operator = { email: "operator@example.org", password: "a password for the simulator" };
  const db = connect<never>(url, { connections: 1 });
  const now = (): Date => new Date(scheduler.nowMs);
  const newId = (): string => "00000000-0000-7000-8000-000000000001";
  await scheduler.outside(
    createOperator(viewAs(db), { ...operator, role: "admin" }, { now, newId, random: draw.random, seal: sealOf(config) }),
  );
  await db.destroy();
  const signIn = async (json: object): Promise<string> => {
    const answer = await fetch("http://sim/api/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(json),
    });
    if (answer.status !== 201) throw new Error(`sign in: ${answer.status} ${await answer.text()}`);
    return answer.headers.get("set-cookie")!.split(";")[0]!;
  };
  const cookie = await signIn({ kind: "operator", ...operator });
  const staff = client<IdentityApi>("http://sim/api", as({ cookie }));
  const tenant = async (kind: "shop" | "carrier", slug: string): Promise<string> => {
    const { id } = await must<{ id: string }>(slug, staff.tenants.$post({ json: { kind, slug, name: slug } }));
    const scopes = ["reservations", "parcels", "routes", "couriers"] as const;
    const made = staff.tenants[":id"].keys.$post({
      header: { "idempotency-key": `key-${slug}` },
      param: { id },
      json: { name: "sim", scopes: [...scopes] },
    });
    return (await must<{ secret: string }>(`key of ${slug}`, made)).secret;
  };
  const shopKey = await tenant("shop", "corner");
  const otherShopKey = await tenant("shop", "elsewhere");
  const carrierKey = await tenant("carrier", "swift");
  const carrier = client<IdentityApi>("http://sim/api", as({ authorization: `Bearer ${carrierKey}` }));
  const couriers: Town["couriers"][number][] = [];
  for (let i = 0; i < size.couriers; i++) {
    const who = { username: `courier${i}`, password: "a password for couriers" };
    const { id } = await must<{ id: string }>("courier", carrier.couriers.$post({ json: { ...who, name: `Courier ${i}` } }));
    couriers.push({ id, login: who, cookie: await signIn({ kind: "courier", carrier: "swift", ...who }) });
  }

  const network = client<NetworkApi>("http://sim/api", as({ cookie }));
  const devices = client<DeviceApi>("http://sim/api", as({ cookie }));
  const stations: Plan[] = [];
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-sim-"));
  for (let i = 0; i < size.stations; i++) {
    const layout = standardLayout(doorsOfStation.all);
    const walkUp = placeDoors(layout)
      .filter((door) => door.size === "small")
      .slice(0, doorsOfStation.walkUp)
      .map(({ number }) => number);
    const place = { lat: 59.43 + i * 0.01, lon: 24.74 };
    const json = {
      name: `Station ${i}`,
      address: null,
      country: "EE",
      ...place,
      layout,
      walkUp,
      status: "active" as const,
      waiver: "Its cabinet is the simulator's.",
    };
    const { id } = await must<{ id: string }>("station", network.stations.$post({ json: json as never }));
    await sleep(5_000);
    const asked = devices.stations[":station"]["enrolment-tokens"].$post({ param: { station: id } });
    const { token } = await must<{ token: string }>("enrolment token", asked);
    const home = path.join(folder, String(i));
    const identity = await scheduler.outside(
      enrol({ folder: home, url: "http://sim", token, random: draw.random, fetch: fetch as typeof globalThis.fetch }),
    );
    const doors = placeDoors(layout).map((door) => ({ number: door.number, size: door.size }));
    stations.push({ identity, name: json.name, doors, hasSensors: i % 2 === 0, walkUp, ...place });
  }
  rmSync(folder, { recursive: true, force: true });

  const customers: Person[] = [];
  for (let i = 0; i < size.customers; i++) {
    const email = `customer${i}@example.org`;
    await client<IdentityApi>("http://sim/api", as())["sign-in-codes"].$post({ json: { email } });
    let code: string | undefined;
    for (let tries = 0; tries < 30 && code === undefined; tries++) {
      await sleep(1_000);
      const { messages } = await must<{ messages: { text: string }[] }>("inbox", fetch(`http://sim/api/inbox?to=${email}`));
      code = /\b(\d{3}) ?(\d{3})\b/
        .exec(messages[0]?.text ?? "")
        ?.slice(1)
        .join("");
    }
    if (code === undefined) throw new Error(`no sign-in code for ${email}`);
    customers.push({ name: `Customer ${i}`, email, cookie: await signIn({ kind: "customer", email, code }) });
  }
  await sleep(10_000);
  return {
    secrets,
    startMs: scheduler.nowMs,
    stations,
    shopKey,
    otherShopKey,
    carrierKey,
    operator: cookie,
    staff: operator,
    couriers,
    customers,
  };
}
