import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { Erased, type Personal } from "@pigeonhole/kit/personal/personal";
import { Refused } from "@pigeonhole/kit/refused";
import { sameSecret } from "@pigeonhole/kit/seal";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { Actor, Role, Who } from "./contract.ts";
import { emailPlace } from "./operators.ts";
import { requireOwnOrigin } from "./origin.ts";
import * as queries from "./queries/sign-in.ts";
import type { Tables } from "./tables.ts";
import { apiKeyShape, digestOf, keyBeginnings, tokenShape, type KeyKind } from "./tokens.ts";

/** The name of the session cookie. */
export const cookieName = "ph_session";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  /** Opens a customer's e-mail address, which is part of who they are to other modules. */
  readonly personal: Pick<Personal, "open">;
  /** Roles that may do nothing before they have a second factor. */
  readonly secondFactorRoles?: readonly Role[];
  /** Shared by all processes of an installation. */
  readonly moduleKey: string;
  /** Which keys are taken here; the live network's unless it says otherwise. */
  readonly keys?: KeyKind;
}

/** Finds out who makes a request: from the Authorization header if there is one, else from the session cookie. At most one query. */
export function createWho({ db, now, personal, secondFactorRoles = [], moduleKey, keys = "live" }: Needs): Who {
  const actorOf = async (c: Context): Promise<Actor> => {
    const authorization = c.req.header("authorization");
    if (authorization === undefined) {
      const token = getCookie(c, cookieName);
      if (token === undefined) throw new Refused("not_signed_in", "Sign in first.");
      requireOwnOrigin(c);
      const session = tokenShape.test(token) ? await queries.findSession(db, digestOf(token), now()) : undefined;
      if (!session) throw new Refused("not_signed_in", "Your session is over. Sign in again.");
      if (session.role && !session.has_second_factor && secondFactorRoles.includes(session.role))
        throw new Refused("not_allowed", "Your role needs a second factor. Set it up under Account first.");
      return sessionActor(session, (place, sealed) => personal.open(db, place, sealed));
    }
    const space = authorization.indexOf(" ");
    const [scheme, credential] = [authorization.slice(0, space), authorization.slice(space + 1)];
    if (scheme === "Module") return moduleActor(credential, moduleKey);
    if (scheme.toLowerCase() === "bearer") return await keyActor(db, credential, keys);
    throw new Refused("not_signed_in", "Send Authorization: Bearer with an API key.");
  };
  return async (c, ...kinds) => {
    const actor = await actorOf(c);
    if (!isOneOf(actor, kinds)) throw new Refused("not_allowed", `This is not for a ${actor.kind}.`);
    return actor;
  };
}

const isOneOf = <K extends Actor["kind"]>(actor: Actor, kinds: readonly K[]): actor is Extract<Actor, { kind: K }> =>
  (kinds as readonly string[]).includes(actor.kind);

async function sessionActor(row: queries.SessionRow, open: (place: string, sealed: string) => Promise<string>): Promise<Actor> {
  if (row.customer && row.customer_email) {
    try {
      return { kind: "customer", id: row.customer, email: await open(emailPlace(row.customer), row.customer_email) };
    } catch (error) {
      if (error instanceof Erased) throw new Refused("not_signed_in", "This account has been deleted.");
      throw error;
    }
  }
  if (row.courier && row.tenant && row.slug) return { kind: "courier", id: row.courier, tenant: row.tenant, carrier: row.slug };
  if (row.operator && row.role) return { kind: "operator", id: row.operator, role: row.role };
  throw new Error("a session without a subject");
}

function moduleActor(credential: string, moduleKey: string): Actor {
  const colon = credential.lastIndexOf(":");
  const name = credential.slice(colon + 1);
  if (colon < 1 || !sameSecret(credential.slice(0, colon), moduleKey) || !/^[a-z]{1,40}$/.test(name))
    throw new Refused("not_signed_in", "The module key is not valid.");
  return { kind: "module", name };
}

async function keyActor(db: Db<Tables>, key: string, kind: KeyKind): Promise<Actor> {
  const [, beginning, prefix] = apiKeyShape.exec(key) ?? [];
  if (beginning !== undefined && beginning !== keyBeginnings[kind]) throw new Refused("not_signed_in", elsewhere[kind]);
  const row = prefix === undefined ? undefined : await queries.findKey(db, prefix);
  if (!row || !sameSecret(row.secret_hash, digestOf(key))) throw new Refused("not_signed_in", "The API key is not valid.");
  return { kind: row.kind, tenant: row.tenant, slug: row.slug, keyId: row.id, scopes: row.scopes };
}

/** What is said to a key that belongs on the other side. */
const elsewhere: Readonly<Record<KeyKind, string>> = {
  live: "This key belongs to a sandbox (phs_…). The live network takes keys that begin with phk_.",
  sandbox: "This key belongs to the live network (phk_…). A sandbox takes keys that begin with phs_.",
};
