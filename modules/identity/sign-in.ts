import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import { digits, type Random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { Erased, type Personal } from "@pigeonhole/kit/personal/personal";
import { sameSecret, type Seal } from "@pigeonhole/kit/seal";
import type { Role, Session } from "./contract.ts";
import {
  accountPauses,
  addressCodeLimits,
  clientCodeLimits,
  clientPauses,
  codeMinutes,
  codesRememberedSeconds,
  later,
  nextCodeAt,
  sessionHours,
} from "./domain.ts";
import { SignedIn, SignInCodeRequested, SignInFailed } from "./events.ts";
import { emailHashOf, emailPlace } from "./operators.ts";
import { isPassword } from "./passwords.ts";
import { countTry, forgetTries } from "./queries/attempts.ts";
import * as queries from "./queries/sign-in.ts";
import { checkCode } from "./second-factor/checking.ts";
import * as factors from "./second-factor/queries.ts";
import type { Tables } from "./tables.ts";
import { digestOf, newToken } from "./tokens.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly newId: NewId;
  readonly seal: Seal;
  readonly personal: Personal;
  readonly random: Random;
  /** Roles that may do nothing before they have a second factor. */
  readonly secondFactorRoles: readonly Role[];
}

/** A fresh session and the token that opens it, which is kept nowhere else. */
export interface Opened {
  readonly session: Session;
  readonly token: string;
}

type Subject =
  | { readonly kind: "customer"; readonly id: string; readonly name: string }
  | { readonly kind: "courier"; readonly id: string; readonly name: string; readonly tenant: string }
  | { readonly kind: "operator"; readonly id: string; readonly name: string; readonly role: Role; readonly lacksSecondFactor: boolean };

const waitFor = (next: Date, now: Date): Refused => {
  const retryAfterSeconds = Math.max(1, Math.ceil((next.getTime() - now.getTime()) / 1_000));
  return new Refused("too_many_requests", `Too many tries; wait ${retryAfterSeconds} s.`, { retryAfterSeconds });
};

const sealedPlace = (code: string): string => `identity.sign_in_code|${code}`;

/** The ways to sign in. */
export function signIns({ db, now, newId, seal, personal, random, secondFactorRoles }: Needs) {
  const open = async (tx: Tx<Tables>, subject: Subject, at: Date): Promise<Opened> => {
    const [session, token] = [newId(), newToken(random)];
    const expiresAt = later(at, sessionHours[subject.kind] * 3_600);
    const nobody = { customer: null, courier: null, operator: null };
    await queries.insertSession(tx, {
      id: session,
      token_hash: digestOf(token),
      ...nobody,
      [subject.kind]: subject.id,
      created_at: at,
      expires_at: expiresAt,
    });
    await publish(tx, at, SignedIn, { subject: `${subject.kind}:${subject.id}`, session });
    const { kind, id, name } = subject;
    return {
      token,
      session: {
        kind,
        id,
        name,
        role: kind === "operator" ? subject.role : null,
        tenant: kind === "courier" ? subject.tenant : null,
        expiresAt: expiresAt.toISOString(),
        lacksSecondFactor: kind === "operator" && subject.lacksSecondFactor,
      },
    };
  };

  /** Records a wrong try: at a customer's account by its id, which says nothing once they are erased; at staff's under a name that nobody can read. */
  const failed = async (kind: string, account: string, reason: string): Promise<void> => {
    const subject =
      kind === "customer" ? await customerText(account) : `${kind}:${seal.hash("identity.sign_in_failed", account).slice(0, 32)}`;
    await db.transaction().execute((tx) => publish(tx, now(), SignInFailed, { subject, reason }));
  };
  const customerText = async (email: string): Promise<string> => {
    const [subject] = await personal.find(db, "email", email);
    const customer = subject === undefined ? undefined : await queries.customerOf(db, subject);
    return `customer:${customer?.id ?? "unknown"}`;
  };

  /** Counts the try at both limits of an account, then compares. */
  const checkPassword = async (
    kind: "courier" | "operator",
    account: string,
    client: string,
    passwordHash: string | undefined,
    password: string,
  ): Promise<void> => {
    const at = now();
    const subject = seal.hash("identity.attempt", `${kind} ${account}`);
    const fromClient = seal.hash("identity.attempt", `${kind} ${account} ${client}`);
    const next = (await countTry(db, fromClient, clientPauses, at)) ?? (await countTry(db, subject, accountPauses, at));
    if (next) throw waitFor(next, at);
    if (!(await isPassword(passwordHash, password))) {
      await failed(kind, account, "credentials_wrong");
      throw new Refused("credentials_wrong", "Name or password is not right.");
    }
    await forgetTries(db, fromClient);
  };

  return {
    /** Makes a code and lets it be sent: the same for every address, known or not. */
    requestCode: (email: string, language: string, from: string): Promise<Date> =>
      db.transaction().execute(async (tx) => {
        const at = now();
        const emailHash = emailHashOf(seal, email);
        await queries.lockAddress(tx, emailHash);
        const client = seal.hash("identity.client", from);
        const sent = await queries.codesSince(tx, emailHash, later(at, -codesRememberedSeconds));
        const next =
          nextCodeAt(
            clientCodeLimits,
            sent.filter((code) => code.client === client).map((code) => code.created_at),
            at,
          ) ??
          nextCodeAt(
            addressCodeLimits,
            sent.map((code) => code.created_at),
            at,
          );
        if (next) throw waitFor(next, at);
        const request = newId();
        const person = await personal.subjectOf(tx, { email });
        const sealed = person.seal(sealedPlace(request), JSON.stringify({ email, code: digits(random, 6) }));
        const expiresAt = later(at, codeMinutes * 60);
        await queries.insertCode(tx, {
          id: request,
          email_hash: emailHash,
          client,
          sealed,
          language,
          created_at: at,
          expires_at: expiresAt,
          used_at: null,
        });
        await publish(tx, at, SignInCodeRequested, { request, sealed, language, expiresAt: expiresAt.toISOString() });
        return expiresAt;
      }),

    /** A code has five tries in all; and whoever has used up five waits, so that a stranger does not use up code after code. */
    byCode: async (email: string, given: string, client: string): Promise<Opened> => {
      const emailHash = emailHashOf(seal, email);
      const fromClient = seal.hash("identity.attempt", `customer ${email} ${client}`);
      const at = now();
      const next = await countTry(db, fromClient, clientPauses, at);
      if (next) throw waitFor(next, at);
      const row = await queries.tryCode(db, emailHash);
      if (row === "exhausted") throw new Refused("code_expired", "This code was tried too often. Ask for a new one.");
      if (row && row.used_at === null && row.expires_at <= now())
        throw new Refused("code_expired", "This code has expired. Ask for a new one.");
      const code = row ? await codeIn(row) : "";
      const isRight = sameSecret(code, given) && row?.used_at === null;
      const opened = row && isRight ? await openByCode(row, email, emailHash) : undefined;
      if (opened) {
        await forgetTries(db, fromClient);
        return opened;
      }
      await failed("customer", email, "code_wrong");
      throw new Refused("code_wrong", "The code is not right.");
    },

    courier: async (carrier: string, username: string, password: string, client: string): Promise<Opened> => {
      const row = await queries.findCourierByName(db, carrier, username);
      await checkPassword("courier", `${carrier}/${username}`, client, row?.password_hash, password);
      if (!row) throw new Error("a password matched without a courier");
      return db.transaction().execute((tx) => open(tx, { kind: "courier", id: row.id, name: row.username, tenant: row.tenant }, now()));
    },

    operator: async (email: string, password: string, client: string, code?: string): Promise<Opened> => {
      const row = await queries.findOperator(db, emailHashOf(seal, email));
      await checkPassword("operator", email, client, row?.password_hash, password);
      if (!row) throw new Error("a password matched without an operator");
      const factor = await factors.find(db, row.id);
      const isOn = factor?.confirmed_at != null;
      const subject = { kind: "operator", id: row.id, name: email, role: row.role } as const;
      if (!isOn) {
        const lacksSecondFactor = secondFactorRoles.includes(row.role);
        return db.transaction().execute((tx) => open(tx, { ...subject, lacksSecondFactor }, now()));
      }
      if (code === undefined) throw new Refused("second_factor_needed", "Type the code that your app shows now.");
      let opened: Opened | undefined;
      try {
        await checkCode({ db, now, seal }, factor, code, async (tx) => {
          opened = await open(tx, { ...subject, lacksSecondFactor: false }, now());
        });
      } catch (error) {
        if (error instanceof Refused && error.code === "second_factor_wrong") await failed("operator", email, "second_factor_wrong");
        throw error;
      }
      return opened!;
    },

    /** Once more, before something that only its owner may do. */
    operatorPassword: async (email: string, password: string, client: string): Promise<void> => {
      const row = await queries.findOperator(db, emailHashOf(seal, email));
      await checkPassword("operator", email, client, row?.password_hash, password);
    },
  };

  /** Nobody's code is right for somebody who was erased meanwhile. */
  async function codeIn(row: queries.Code): Promise<string> {
    try {
      return (JSON.parse(await personal.open(db, sealedPlace(row.id), row.sealed)) as { code: string }).code;
    } catch (error) {
      if (error instanceof Erased) return "";
      throw error;
    }
  }

  /** Uses the code up, makes the customer at the first sign-in and opens the session, all or nothing; undefined when the code was used meanwhile. */
  function openByCode(row: queries.Code, email: string, emailHash: string): Promise<Opened | undefined> {
    return db.transaction().execute(async (tx) => {
      const at = now();
      if (!(await queries.useCode(tx, row.id, at))) return undefined;
      const id = await customer(tx, email, emailHash, row.language, at);
      return open(tx, { kind: "customer", id, name: email }, at);
    });
  }

  /** The customer with this address, made if there is none: two at once make one, since the person is locked. */
  async function customer(tx: Tx<Tables>, email: string, emailHash: string, language: string, at: Date): Promise<string> {
    const person = await personal.subjectOf(tx, { email });
    const known = await queries.customerOf(tx, person.subject);
    if (known) return known.id;
    const former = await queries.formerCustomer(tx, emailHash);
    const id = former?.id ?? newId();
    const sealed_email = person.seal(emailPlace(id), email);
    if (former) await queries.adopt(tx, id, person.subject, sealed_email);
    else await queries.insertCustomer(tx, { id, subject: person.subject, email_hash: null, sealed_email, language, created_at: at });
    return id;
  }
}
