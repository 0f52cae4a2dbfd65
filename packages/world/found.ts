// Founding a town: an operator, a shop, a carrier with a courier, stations. Each step is remembered, so that a founding that was
// interrupted goes on where it stopped.
import type { DeviceApi } from "@pigeonhole/devices/contract";
import type { IdentityApi } from "@pigeonhole/identity/contract";
import { createOperator } from "@pigeonhole/identity/operators";
import { client } from "@pigeonhole/kit/client";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { createSeal } from "@pigeonhole/kit/seal";
import type { AcceptanceApi } from "@pigeonhole/network/acceptance/contract";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { Secrets } from "@pigeonhole/server/local";
import { eventually, must } from "./ask.ts";
import type { Memory } from "./memory.ts";
import { people, type StationPlan } from "./town.ts";

interface Needs {
  readonly url: string;
  readonly databaseUrl: string;
  readonly memory: Memory;
  readonly remember: () => void;
  readonly secrets: Secrets;
}

/** Signs somebody in; the session's cookie, to send with every request. */
export async function signIn(url: string, who: Parameters<ReturnType<typeof identityOf>["sessions"]["$post"]>[0]["json"]): Promise<string> {
  const answer = await identityOf(url, {}).sessions.$post({ json: who });
  if (answer.status !== 201) await must(`sign in as ${who.kind}`, Promise.resolve(answer));
  return answer.headers.get("set-cookie")!.split(";")[0]!;
}

const identityOf = (url: string, headers: Record<string, string>) => client<IdentityApi>(`${url}/api`, { headers });

/** The operator, made directly in the database: nobody may do that over the network. Returns a session's cookie. */
export async function foundOperator(
  { url, databaseUrl, memory, remember, secrets }: Needs,
  who: { readonly email: string; readonly password: string } = people.operator,
): Promise<string> {
  if (memory.operator === undefined) {
    const db = connect<never>(databaseUrl, { connections: 2 });
    const seal = createSeal(
      secrets.SECRET_KEYS.split(",").map((key) => Buffer.from(key, "hex")),
      systemRandom,
    );
    try {
      memory.operator = await createOperator(
        db as never,
        { ...who, role: "admin" },
        { now: systemNow, newId: systemNewId, seal, random: systemRandom },
      );
      remember();
    } catch (error) {
      if (!(error instanceof Refused)) throw error; // made before we could write it down
    } finally {
      await db.destroy();
    }
  }
  return signIn(url, { kind: "operator", ...who });
}

interface Tenants {
  readonly shop: { readonly slug: string; readonly name: string };
  readonly carrier: { readonly slug: string; readonly name: string };
  readonly courier?: { readonly username: string; readonly name: string; readonly password: string };
}

/** A shop and a carrier, an API key for each, and the carrier's courier if it is to have one. */
export async function foundTenants({ url, memory, remember }: Needs, cookie: string, wanted: Tenants = people): Promise<void> {
  const operator = identityOf(url, { cookie });
  const { tenants } = await must("list tenants", operator.tenants.$get());
  for (const kind of ["shop", "carrier"] as const) {
    if (memory[kind]) continue;
    const { slug, name } = wanted[kind];
    const tenant =
      tenants.find((known) => known.slug === slug) ??
      (await must(`create ${kind}`, operator.tenants.$post({ json: { kind, slug, name } })));
    const scopes =
      kind === "shop"
        ? (["reservations", "parcels", "webhooks", "conditions"] as const)
        : (["reservations", "parcels", "routes", "couriers", "webhooks", "conditions"] as const);
    const { secret } = await must(
      `create key of ${kind}`,
      operator.tenants[":id"].keys.$post({
        header: { "idempotency-key": systemNewId() },
        param: { id: tenant.id },
        json: { name: "demo", scopes: [...scopes] },
      }),
    );
    memory[kind] = { id: tenant.id, key: secret };
    remember();
  }
  if (memory.courier !== undefined || !wanted.courier) return;
  const carrier = identityOf(url, { authorization: `Bearer ${memory.carrier!.key}` });
  const { couriers } = await must("list couriers", carrier.couriers.$get());
  const { username, name, password } = wanted.courier;
  const courier =
    couriers.find((known) => known.username === username) ??
    (await must("create courier", carrier.couriers.$post({ json: { username, name, password } })));
  memory.courier = courier.id;
  remember();
}

/** Stations of the plan that are not there yet. */
export async function foundStations({ url, memory, remember }: Needs, cookie: string, plans: readonly StationPlan[]): Promise<void> {
  const network = client<NetworkApi>(`${url}/api`, { headers: { cookie } });
  for (const { key, languages: _, ...plan } of plans) {
    if (memory.stations[key] !== undefined) continue;
    const { stations } = await must("list stations", network.stations.$get({ query: { q: plan.name } }));
    const known = stations.find(({ name, lat, lon }) => name === plan.name && lat === plan.lat && lon === plan.lon);
    const walkUp = [...plan.walkUp];
    const { id } =
      known ??
      (await must(`create station ${plan.name}`, network.stations.$post({ json: { ...plan, walkUp, carrier: people.carrier.name } })));
    memory.stations[key] = id;
    remember();
  }
}

/** The doors of a planned cabinet, as the setting `SIMULATED_DOORS` of its station takes them. */
export const doorsOf = ({ layout }: Pick<StationPlan, "layout">): string =>
  layout.columns
    .flatMap(({ doors }) => doors.map(({ number }) => number))
    .toSorted((a, b) => a - b)
    .join(",");

/**
 * Puts a station into service as an operator does: when its cabinet's acceptance record has arrived and is whole, or with `waiver`, why it serves without
 * one. Resolves when the cabinet knows; at once when it is in service already, or suspended.
 */
export async function putIntoService(url: string, cookie: string, station: string, name: string, waiver?: string): Promise<void> {
  const headers = { cookie };
  const network = client<NetworkApi>(`${url}/api`, { headers });
  const devices = client<DeviceApi>(`${url}/api`, { headers });
  const param = { station };
  const { status } = await must("station", network.stations[":station"].$get({ param }));
  if (status !== "provisioning" && status !== "acceptance") return;
  if (waiver === undefined) {
    const acceptances = client<AcceptanceApi>(`${url}/api`, { headers });
    await eventually(`the acceptance of ${name}`, async () =>
      (await must("acceptance", acceptances.stations[":station"].acceptance.$get({ param }))).isWhole ? true : undefined,
    );
  }
  const device = () => must("device", devices.stations[":station"].device.$get({ param }));
  const { desiredVersion: before } = await device();
  const reason = "the cabinet was commissioned";
  await must(
    `put ${name} into service`,
    network.stations[":station"].moves.$post({ param, json: { to: "active", reason, ...(waiver ? { waiver } : {}) } }),
  );
  await eventually(`${name} knows that it serves`, async () => {
    const { desiredVersion, reportedVersion } = await device();
    return (desiredVersion ?? 0) > (before ?? 0) && desiredVersion === reportedVersion ? true : undefined;
  });
}

/** A one-time token with which the cabinet of `station` enrols. */
export async function enrolmentToken(url: string, cookie: string, station: string): Promise<string> {
  const devices = client<DeviceApi>(`${url}/api`, { headers: { cookie } });
  // A new station reaches the module of devices as an event, a moment after it was created.
  const { token } = await eventually("an enrolment token", () =>
    must("create enrolment token", devices.stations[":station"]["enrolment-tokens"].$post({ param: { station } })),
  );
  return token;
}
