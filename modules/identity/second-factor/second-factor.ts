import type { Tx } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import { actorText, requireRole, type Role, type Who } from "../contract.ts";
import { SecondFactorChanged } from "../events.ts";
import { emailPlace } from "../operators.ts";
import { requireOwnOrigin } from "../origin.ts";
import { findSession, type SessionRow } from "../queries/sign-in.ts";
import type { Tables } from "../tables.ts";
import { digestOf, tokenShape } from "../tokens.ts";
import { cookieName } from "../who.ts";
import { checkCode, recoveryHash, resetSecondFactor, secretPlace, type Checking } from "./checking.ts";
import * as contract from "./contract.ts";
import { newRecoveryCode, newSecret, shownRecoveryCode, uriOf } from "./domain.ts";
import * as queries from "./queries.ts";

interface Needs extends Checking {
  readonly who: Who;
  readonly log: Log;
  readonly personal: Pick<Personal, "open">;
  readonly random: Random;
  /** Roles that may do nothing before they have one. */
  readonly secondFactorRoles: readonly Role[];
  /** Compares an operator's password, counted; throws Refused `credentials_wrong`. */
  readonly checkPassword: (email: string, password: string, client: string) => Promise<void>;
}
interface Me {
  readonly id: string;
  readonly role: Role;
  readonly email: string;
  readonly token: string;
}
type Change = "enrolled" | "codes_renewed" | "removed";

/** The second factor of operators (RFC 6238): whoever has a password alone is nobody. */
export function secondFactor(needs: Needs) {
  const { db, now, who, seal, personal, random, secondFactorRoles } = needs;
  const emailOf = (id: string, sealed: string): Promise<string> => personal.open(db, emailPlace(id), sealed);
  /** The operator whose session it is, also before a required second factor is on. */
  const me = async (c: Context): Promise<Me> => {
    // API keys, modules and people of other kinds are answered as everywhere.
    const token = c.req.header("authorization") === undefined ? getCookie(c, cookieName) : undefined;
    if (token === undefined) throw await who(c, "operator").then(() => new Refused("not_allowed", "Sign in on the screens."));
    requireOwnOrigin(c);
    const row: SessionRow | undefined = tokenShape.test(token) ? await findSession(db, digestOf(token), now()) : undefined;
    if (!row) throw new Refused("not_signed_in", "Sign in first.");
    if (!row.operator || !row.role) throw new Refused("not_allowed", "This is for operators.");
    return { id: row.operator, role: row.role, email: await emailOf(row.operator, row.operator_email ?? ""), token: digestOf(token) };
  };
  const view = async ({ id, role }: Me): Promise<contract.SecondFactor> => {
    const factor = await queries.find(db, id);
    return {
      state: factor === undefined ? "none" : factor.confirmed_at === null ? "begun" : "on",
      isRequired: secondFactorRoles.includes(role),
      since: factor?.confirmed_at?.toISOString() ?? null,
      recoveryCodesLeft: factor ? await queries.codesLeft(db, id) : 0,
    };
  };
  const factorThatIs = async (operator: Me, isOn: boolean): Promise<queries.Factor> => {
    const factor = await queries.find(db, operator.id);
    if (!factor || (factor.confirmed_at !== null) !== isOn)
      throw new Refused("wrong_state", isOn ? "The second factor is not on." : "Begin first: no secret waits for its first code.");
    return factor;
  };
  const tell = (tx: Tx<Tables>, operator: string, change: Change) =>
    publish(tx, now(), SecondFactorChanged, { operator, change, actor: `operator:${operator}`, reason: "By themselves" });
  const freshCodes = async (tx: Tx<Tables>, operator: string): Promise<readonly string[]> => {
    const codes = Array.from({ length: contract.recoveryCodes }, () => newRecoveryCode(random));
    await queries.replaceCodes(
      tx,
      operator,
      codes.map((code) => recoveryHash(seal, operator, code)),
    );
    return codes.map(shownRecoveryCode);
  };
  const operatorView = async (row: queries.OperatorRow): Promise<contract.Operator> => ({
    id: row.id,
    email: await emailOf(row.id, row.sealed_email),
    role: row.role,
    createdAt: row.created_at.toISOString(),
    hasSecondFactor: row.confirmed_at !== null,
  });
  const secret = { "cache-control": "no-store" } as const;

  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    mine: async (c) => c.json(await view(await me(c)), 200),
    begin: async (c) => {
      const operator = await me(c);
      await needs.checkPassword(operator.email, c.req.valid("json").password, c.req.header("x-client-address") ?? "unknown");
      const fresh = newSecret(random);
      const isBegun = await db
        .transaction()
        .execute((tx) => queries.begin(tx, operator.id, seal.seal(secretPlace(operator.id), fresh), now()));
      if (!isBegun) throw new Refused("wrong_state", "A second factor is on already; take it off first.");
      return c.json({ secret: fresh, uri: uriOf(fresh, operator.email) }, 201, secret);
    },
    confirm: async (c) => {
      const operator = await me(c);
      const factor = await factorThatIs(operator, false);
      let codes: readonly string[] = [];
      await checkCode(needs, factor, c.req.valid("json").code, async (tx) => {
        await queries.confirm(tx, operator.id, now());
        codes = await freshCodes(tx, operator.id);
        await queries.endSessions(tx, operator.id, operator.token);
        await tell(tx, operator.id, "enrolled");
      });
      return c.json({ recoveryCodes: [...codes] }, 200, secret);
    },
    renewCodes: async (c) => {
      const operator = await me(c);
      let codes: readonly string[] = [];
      await checkCode(needs, await factorThatIs(operator, true), c.req.valid("json").code, async (tx) => {
        codes = await freshCodes(tx, operator.id);
        await tell(tx, operator.id, "codes_renewed");
      });
      return c.json({ recoveryCodes: [...codes] }, 200, secret);
    },
    remove: async (c) => {
      const operator = await me(c);
      if (secondFactorRoles.includes(operator.role)) throw new Refused("required", "Your role needs a second factor: it stays on.");
      await checkCode(needs, await factorThatIs(operator, true), c.req.valid("json").code, async (tx) => {
        await queries.remove(tx, operator.id);
        await tell(tx, operator.id, "removed");
      });
      return c.json(await view(operator), 200);
    },
    listOperators: async (c) => {
      requireRole(await who(c, "operator"), "admin");
      return c.json({ operators: await Promise.all((await queries.operators(db)).map(operatorView)) }, 200);
    },
    reset: async (c) => {
      const actor = await who(c, "operator");
      requireRole(actor, "admin");
      const { operator } = c.req.valid("param");
      const row = await queries.operator(db, operator);
      if (!row) throw new Refused("not_found", "There is no such operator.");
      if (operator === actor.id) throw new Refused("own_second_factor", "Another administrator has to reset yours.");
      await resetSecondFactor(db, { operator, actor: actorText(actor), reason: c.req.valid("json").reason, at: now() });
      return c.json({ ...(await operatorView(row)), hasSecondFactor: false }, 200);
    },
  });
  return { routes };
}
