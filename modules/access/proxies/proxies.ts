import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import { publish } from "@pigeonhole/kit/outbox";
import { Erased } from "@pigeonhole/kit/personal/personal";
import { Refused } from "@pigeonhole/kit/refused";
import { writeQr } from "@pigeonhole/protocol/qr";
import { carriedOf } from "../carrying.ts";
import { askProxy, missingOf } from "../conditions/asking.ts";
import * as conditions from "../conditions/queries.ts";
import * as domain from "../domain.ts";
import { GrantsChanged, ProxyChanged, type ProxyTold } from "../events.ts";
import { codePlace, mintCode } from "../minting.ts";
import type { Access } from "../needs.ts";
import { openByPhone } from "../phone/opening.ts";
import { requireOwn } from "../pickup.ts";
import * as codes from "../queries/codes.ts";
import * as grants from "../queries/grants.ts";
import * as contract from "./contract.ts";
import { mostPeople, mostProxies, type Handed, type Proxy } from "./contract.ts";
import { endProxies } from "./ending.ts";
import * as queries from "./queries.ts";

type Customer = Extract<Actor, { kind: "customer" }>;
const noSuch = (): Refused => new Refused("not_found", "There is no such parcel for you.");
/** Where the name and link of a proxy are sealed. */
export const proxyPlace = (proxy: string): string => `access.proxy|${proxy}`;
/** Where the name of a person is sealed whom a customer lets collect. */
export const personPlace = (person: string): string => `access.person|${person}`;
/** What whoever named them said of them. Those from before addresses were asked for have none. */
type Sealed = Pick<ProxyTold, "name" | "token"> & Partial<ProxyTold>;
const toldPlace = (proxy: string): string => `access.proxy_told|${proxy}`;
const told = ({ name, token, email = null, language = "en" }: Sealed): string =>
  JSON.stringify({ name, token, email, language } satisfies ProxyTold);

/** Pick-up by somebody else (N7). */
export function proxies(needs: Access) {
  const { db, who, now, newId, random, seal, personal, keyring } = needs;
  const hashOf = (token: string): string => seal.hash("access.proxy", token);

  /** What was sealed for the one who named them; null when they have been erased. */
  const opened = async <T>(at: string, sealed: string): Promise<T | null> => {
    try {
      return JSON.parse(await personal.open(db, at, sealed)) as T;
    } catch (error) {
      if (error instanceof Erased) return null;
      throw error;
    }
  };
  const view = async (row: queries.ProxyRow): Promise<Proxy> => {
    const known = await opened<Sealed>(proxyPlace(row.id), row.sealed);
    const grant = await queries.grantOf(db, row.id);
    return {
      id: row.id,
      name: known?.name ?? null,
      email: known?.email ?? null,
      state: row.ended_as ?? "waiting",
      token: row.ended_at === null ? (known?.token ?? null) : null,
      namedAt: row.named_at.toISOString(),
      endedAt: row.ended_at?.toISOString() ?? null,
      boundedBy: row.ended_as === "revoked" ? (grant?.expires_at?.toISOString() ?? null) : null,
    };
  };
  /** The proxy and their right, by what the link says. One that was taken back is answered like one that never was. */
  const byLink = async (token: string) => {
    const row = await queries.byToken(db, hashOf(token));
    const grant = row && (await queries.grantOf(db, row.id));
    if (!row || !grant || row.ended_as === "revoked") throw noSuch();
    return { row, grant };
  };

  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    create: async (c) => {
      const customer: Customer = await who(c, "customer");
      const { parcel } = c.req.valid("param");
      await requireOwn(needs, customer, parcel);
      const { name, email, language } = c.req.valid("json");
      const [id, token, at] = [newId(), `php_${random.bytes(32).toString("base64url")}`, now()];
      await personal.ready();
      await db.transaction().execute(async (tx) => {
        const own = await grants.lockOfParcel(tx, parcel, "pickup");
        if (!own) throw noSuch();
        if (!domain.isLive(own, at)) throw new Refused("over", "This parcel can no longer be collected with a code.");
        const live = (await queries.ofParcel(tx, parcel)).filter((each) => each.ended_at === null);
        if (live.length >= mostProxies)
          throw new Refused("too_many_proxies", `At most ${mostProxies} people may collect one parcel for somebody.`);
        const theirs = await personal.subjectOf(tx, { email: customer.email });
        const said: Sealed = { name, token, email, language };
        const sealed = theirs.seal(proxyPlace(id), JSON.stringify(said));
        await queries.insert(tx, {
          id,
          parcel,
          named_by: actorText(customer),
          sealed,
          token_hash: hashOf(token),
          named_at: at,
          ended_at: null,
          ended_as: null,
        });
        const held = await askProxy(tx, needs, own, id, at);
        const grant = { ...own, id: newId(), proxy: id, generation: 1, not_before: at, opened_at: null, collected_at: null, held };
        await grants.insert(tx, [grant]);
        await mintCode(tx, needs, own.station, grant, at);
        await publish(tx, at, ProxyChanged, {
          parcel,
          proxy: id,
          station: own.station,
          change: "named",
          actor: actorText(customer),
          sealed: theirs.seal(toldPlace(id), told(said)),
        });
        await publish(tx, at, GrantsChanged, { station: own.station });
      });
      return c.json(await view((await queries.get(db, id))!), 201);
    },
    list: async (c) => {
      const customer: Customer = await who(c, "customer");
      const { parcel } = c.req.valid("param");
      await requireOwn(needs, customer, parcel);
      return c.json({ proxies: await Promise.all((await queries.ofParcel(db, parcel)).map(view)) }, 200);
    },
    revoke: async (c) => {
      const customer: Customer = await who(c, "customer");
      const { proxy: id } = c.req.valid("param");
      const row = await queries.get(db, id);
      if (!row) throw noSuch();
      await requireOwn(needs, customer, row.parcel);
      const said = await opened<Sealed>(proxyPlace(id), row.sealed);
      await personal.ready();
      await db.transaction().execute(async (tx) => {
        const at = now();
        const theirs = await personal.subjectOf(tx, { email: customer.email });
        const own = await grants.lockOfParcel(tx, row.parcel, "pickup");
        const live = (await grants.lockLive(tx, "parcel", row.parcel)).filter((grant) => grant.proxy === id);
        for (const grant of live) {
          await grants.change(tx, grant.id, { state: "revoked" });
          await codes.kill(tx, grant.id, "revoked", at);
          await publish(tx, at, GrantsChanged, { station: grant.station });
        }
        if (live[0])
          await publish(tx, at, ProxyChanged, {
            parcel: row.parcel,
            proxy: id,
            station: live[0].station,
            change: "revoked",
            actor: actorText(customer),
            sealed: said && theirs.seal(toldPlace(id), told(said)),
          });
        await endProxies(tx, [id], "revoked", { station: own!.station, at });
      });
      return c.json(await view((await queries.get(db, id))!), 200);
    },
    handed: async (c) => {
      const { row, grant } = await byLink(c.req.valid("json").token);
      c.header("cache-control", "no-store");
      const at = now();
      const shown = { station: grant.station, compartment: null, code: null, qr: null, carried: null, expiresAt: null, missing: [] };
      const missing = missingOf(await conditions.ofParcel(db, row.parcel), grant);
      if (row.ended_as === "collected") return c.json({ ...shown, state: "collected" as const }, 200);
      if (grant.state === "issued") return c.json({ ...shown, missing, state: "coming" as const }, 200);
      const code = await codes.live(db, grant.id);
      if (grant.state !== "active" || domain.isOver(grant, at) || !code || grant.expires_at === null)
        return c.json({ ...shown, state: "over" as const }, 200);
      const { id, station, generation, compartment, expires_at: expiresAt } = grant;
      return c.json(
        {
          state: "ready" as const,
          station,
          compartment,
          code: seal.open(codePlace(id, code.generation), code.sealed),
          qr: writeQr({ station, grant: id, generation, compartment, expiresAt }, await keyring.present()),
          carried: await carriedOf(needs, grant),
          expiresAt: expiresAt.toISOString(),
          missing,
        } satisfies Handed,
        200,
      );
    },
    openHanded: async (c) => {
      const { token, ...standing } = c.req.valid("json");
      const { row, grant } = await byLink(token);
      return c.json(await openByPhone(needs, grant, `proxy:${row.id}`, standing), 200);
    },
    people: async (c) => {
      const customer = await who(c, "customer");
      const rows = await queries.people(db, actorText(customer));
      const known = await Promise.all(
        rows.map(async (row) => ({ id: row.id, person: await opened<{ name: string }>(personPlace(row.id), row.sealed) })),
      );
      return c.json({ people: known.flatMap(({ id, person }) => (person === null ? [] : [{ id, name: person.name }])) }, 200);
    },
    keepPerson: async (c) => {
      const customer: Customer = await who(c, "customer");
      const { name } = c.req.valid("json");
      const id = newId();
      await personal.ready();
      await db.transaction().execute(async (tx) => {
        if ((await queries.people(tx, actorText(customer))).length >= mostPeople)
          throw new Refused("too_many_people", `At most ${mostPeople} people are kept.`);
        const theirs = await personal.subjectOf(tx, { email: customer.email });
        const sealed = theirs.seal(personPlace(id), JSON.stringify({ name }));
        await queries.keepPerson(tx, { id, customer: actorText(customer), sealed, kept_at: now() });
      });
      return c.json({ id, name }, 201);
    },
    forgetPerson: async (c) => {
      const customer = await who(c, "customer");
      if (!(await queries.forgetPerson(db, actorText(customer), c.req.valid("param").person)))
        throw new Refused("not_found", "There is no such person on your list.");
      return c.body(null, 204);
    },
  });
  return { routes };
}
