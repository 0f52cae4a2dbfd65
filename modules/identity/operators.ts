import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Random } from "@pigeonhole/kit/random";
import type { Seal } from "@pigeonhole/kit/seal";
import { Email, type Role } from "./contract.ts";
import { hashPassword } from "./passwords.ts";
import { insertOperator } from "./queries/tenants.ts";
import type { Tables } from "./tables.ts";

interface Needs {
  readonly now: Now;
  readonly newId: NewId;
  readonly seal: Seal;
  readonly random: Random;
}

/** Under which an address is found. */
export const emailHashOf = (seal: Pick<Seal, "hash">, email: string): string => seal.hash("identity.email", email);

/** Where a customer's or an operator's address is sealed. */
export const emailPlace = (id: string): string => `identity.email|${id}`;

/** An operator's password has at least so many characters. */
export const minOperatorPassword = 10;

/**
 * Creates an operator; for the command line, since nobody may do so over the network. Returns the id. Throws Refused `already_exists`,
 * or an Error that says what is wrong with address or password.
 */
export async function createOperator(
  db: Db<Tables>,
  wish: { readonly email: string; readonly password: string; readonly role: Role },
  { now, newId, seal, random }: Needs,
): Promise<string> {
  const email = Email.safeParse(wish.email);
  if (!email.success) throw new Error(`${wish.email} is not an e-mail address`);
  if (wish.password.length < minOperatorPassword || wish.password.length > 200)
    throw new Error(`a password has between ${minOperatorPassword} and 200 characters`);
  const id = newId();
  await insertOperator(db, {
    id,
    email_hash: emailHashOf(seal, email.data),
    sealed_email: seal.seal(emailPlace(id), email.data),
    password_hash: await hashPassword(wish.password, random),
    role: wish.role,
    created_at: now(),
  });
  return id;
}
