import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import { limiter } from "@pigeonhole/kit/limits";
import type { Log } from "@pigeonhole/kit/log";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { attemptOf, once } from "@pigeonhole/kit/idempotency";
import type { Seal } from "@pigeonhole/kit/seal";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { identityConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { clientLimit, later } from "./domain.ts";
import { requireOwnOrigin } from "./origin.ts";
import { actorNames } from "./names/names.ts";
import { emailPlace } from "./operators.ts";
import { hashPassword } from "./passwords.ts";
import * as queries from "./queries/sign-in.ts";
import * as tenants from "./queries/tenants.ts";
import { secondFactor } from "./second-factor/second-factor.ts";
import { signIns } from "./sign-in.ts";
import type { Tables } from "./tables.ts";
import { digestOf, newApiKey, tokenShape, type KeyKind } from "./tokens.ts";
import { cookieName } from "./who.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: contract.Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly personal: Personal;
  readonly random: Random;
  /** Whether people reach us by https: then the cookie travels no other way. */
  readonly secureCookies: boolean;
  /** Operators of these roles may do nothing before they have a second factor. */
  readonly secondFactorRoles?: readonly contract.Role[];
  /** Where the session's cookie is sent: `/` unless it says otherwise. */
  readonly cookiePath?: string;
  /** Which keys are made here; the live network's unless it says otherwise. */
  readonly keys?: KeyKind;
}

/** Rows forgotten at one time, of each kind. */
const forgetAtOnce = 5_000;

/** The gateway writes it, over whatever a client may have sent. */
const clientOf = (c: Context): string => c.req.header("x-client-address") ?? "unknown";

/** Where a key that was just made is sealed until nobody can ask for it again. */
const newKeyPlace = (key: string): string => `identity.new_key|${key}`;

export function identity({
  db,
  who,
  now,
  newId,
  log,
  seal,
  personal,
  random,
  secureCookies,
  secondFactorRoles = [],
  cookiePath = "/",
  keys = "live",
}: Needs) {
  const ways = signIns({ db, now, newId, seal, personal, random, secondFactorRoles });
  const allow = limiter(clientLimit);
  const cookie = { httpOnly: true, sameSite: "Strict", path: cookiePath, secure: secureCookies } as const;

  const current = async (c: Context): Promise<contract.Session | undefined> => {
    const token = getCookie(c, cookieName);
    const row = token !== undefined && tokenShape.test(token) ? await queries.findSession(db, digestOf(token), now()) : undefined;
    if (!row) return undefined;
    const expiresAt = row.expires_at.toISOString();
    const email = (id: string, sealed: string | null): Promise<string> => personal.open(db, emailPlace(id), sealed ?? "");
    if (row.customer)
      return {
        kind: "customer",
        id: row.customer,
        name: await email(row.customer, row.customer_email),
        role: null,
        tenant: null,
        expiresAt,
        lacksSecondFactor: false,
      };
    if (row.operator)
      return {
        kind: "operator",
        id: row.operator,
        name: await email(row.operator, row.operator_email),
        role: row.role,
        tenant: null,
        expiresAt,
        lacksSecondFactor: row.role !== null && !row.has_second_factor && secondFactorRoles.includes(row.role),
      };
    return { kind: "courier", id: row.courier!, name: row.username!, role: null, tenant: row.tenant, expiresAt, lacksSecondFactor: false };
  };

  const courierView = ({ id, tenant, username, sealed_name }: tenants.CourierRow) => ({
    id,
    tenant,
    username,
    name: seal.open(`identity.courier|${id}`, sealed_name),
  });

  const personOf = async (subject: string) => {
    const row = await queries.customerOf(db, subject);
    if (!row) return { customer: null, kept: [] };
    const account = {
      email: await personal.open(db, emailPlace(row.id), row.sealed_email),
      language: row.language,
      createdAt: row.created_at.toISOString(),
    };
    const sessions = (await queries.sessionsOf(db, row.id, now())).map((session) => ({
      signedInAt: session.created_at.toISOString(),
      endsAt: session.expires_at.toISOString(),
    }));
    return {
      customer: row.id,
      kept: [
        { what: "account" as const, records: [account] },
        { what: "sessions" as const, records: sessions },
      ],
    };
  };

  const routes = contract.mount(router(contract.refusals, log), {
    requestCode: async (c) => {
      await allow(clientOf(c));
      const { email, language } = c.req.valid("json");
      return c.json({ expiresAt: (await ways.requestCode(email, language, clientOf(c))).toISOString() }, 202);
    },
    signIn: async (c) => {
      requireOwnOrigin(c);
      await allow(clientOf(c));
      const wish = c.req.valid("json");
      const { session, token } =
        wish.kind === "customer"
          ? await ways.byCode(wish.email, wish.code, clientOf(c))
          : wish.kind === "courier"
            ? await ways.courier(wish.carrier, wish.username, wish.password, clientOf(c))
            : await ways.operator(wish.email, wish.password, clientOf(c), wish.code);
      setCookie(c, cookieName, token, { ...cookie, expires: new Date(session.expiresAt) });
      return c.json(session, 201);
    },
    session: async (c) => {
      const session = await current(c);
      return session ? c.json(session, 200) : c.body(null, 204);
    },
    signOut: async (c) => {
      requireOwnOrigin(c);
      const token = getCookie(c, cookieName);
      if (token !== undefined) await queries.deleteSession(db, digestOf(token));
      deleteCookie(c, cookieName, cookie);
      return c.body(null, 204);
    },
    createTenant: async (c) => {
      contract.requireRole(await who(c, "operator"), "admin");
      const tenant = { id: newId(), ...c.req.valid("json") };
      await tenants.insertTenant(db, { ...tenant, created_at: now() });
      return c.json(tenant, 201);
    },
    listTenants: async (c) => {
      await who(c, "operator");
      return c.json({ tenants: await tenants.listTenants(db) }, 200);
    },
    createKey: async (c) => {
      const operator = await who(c, "operator");
      contract.requireRole(operator, "admin");
      const { id: tenant } = c.req.valid("param");
      const wish = c.req.valid("json");
      const attempt = attemptOf(contract.actorText(operator), c.req.header("idempotency-key"), `identity.createKey ${tenant}`, wish, now());
      // What is kept for a repetition has the key sealed; nothing in the database has it in clear.
      const { body } = await once(db, attempt, async (tx) => {
        if (!(await tenants.findTenant(tx, tenant))) throw new Refused("not_found", `There is no tenant ${tenant}.`);
        const { key, prefix } = newApiKey(random, keys);
        const row = { id: newId(), tenant, name: wish.name, scopes: [...new Set(wish.scopes)], created_at: now() };
        await tenants.insertKey(tx, { ...row, prefix, secret_hash: digestOf(key), revoked_at: null });
        const made = { id: row.id, tenant, name: row.name, scopes: row.scopes, createdAt: row.created_at.toISOString(), revokedAt: null };
        return { status: 201, body: { made, sealed: seal.seal(newKeyPlace(row.id), key) } };
      });
      return c.json({ ...body.made, secret: seal.open(newKeyPlace(body.made.id), body.sealed) }, 201, { "cache-control": "no-store" });
    },
    revokeKey: async (c) => {
      contract.requireRole(await who(c, "operator"), "admin");
      const { id } = c.req.valid("param");
      if (!(await tenants.revokeKey(db, id, now()))) throw new Refused("not_found", `There is no key ${id}.`);
      return c.body(null, 204);
    },
    createCourier: async (c) => {
      const carrier = await who(c, "carrier");
      contract.requireScope(carrier, "couriers");
      const { username, name, password } = c.req.valid("json");
      const courier = { id: newId(), tenant: carrier.tenant, username, name };
      const { id, tenant } = courier;
      await tenants.insertCourier(db, {
        id,
        tenant,
        username,
        sealed_name: seal.seal(`identity.courier|${id}`, name),
        password_hash: await hashPassword(password, random),
        created_at: now(),
      });
      return c.json(courier, 201);
    },
    listCouriers: async (c) => {
      const carrier = await who(c, "carrier");
      contract.requireScope(carrier, "couriers");
      return c.json({ couriers: (await tenants.listCouriers(db, carrier.tenant)).map(courierView) }, 200);
    },
    getCourier: async (c) => {
      await who(c, "module");
      const courier = await tenants.findCourier(db, c.req.valid("param").id);
      if (!courier) throw new Refused("not_found", "There is no such courier.");
      return c.json(courierView(courier), 200);
    },
    person: async (c) => {
      contract.requireModule(await who(c, "module"), "privacy");
      return c.json(await personOf(c.req.valid("param").subject), 200);
    },
  });

  const factors = secondFactor({ db, now, who, log, seal, personal, random, secondFactorRoles, checkPassword: ways.operatorPassword });
  routes.route("/", factors.routes);

  /** Two days cover every limit that looks back. */
  const jobs: readonly Job[] = [
    { name: "identity.forget", everySeconds: 600, run: () => queries.forget(db, now(), later(now(), -2 * 24 * 3_600), forgetAtOnce) },
  ];
  routes.route("/", actorNames({ db, who, log, seal }));
  return { routes, consumers: identityConsumer, jobs };
}
