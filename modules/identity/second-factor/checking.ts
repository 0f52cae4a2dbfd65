import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import { SecondFactorChanged } from "../events.ts";
import { countTry, forgetTries } from "../queries/attempts.ts";
import type { Tables } from "../tables.ts";
import { codePauses, stepOf } from "./domain.ts";
import * as queries from "./queries.ts";

export interface Checking {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly seal: Seal;
}

export const secretPlace = (operator: string): string => `identity.second_factor|${operator}`;
export const recoveryHash = (seal: Pick<Seal, "hash">, operator: string, code: string): string =>
  seal.hash("identity.recovery_code", `${operator} ${code}`);

/**
 * Whether what was typed is right for this operator now: counted before it is compared, taken once (a code that was seen over a shoulder is
 * worth nothing). Refused `second_factor_wrong` or `too_many_requests`. `more` happens in the transaction that takes it.
 */
export async function checkCode(
  { db, now, seal }: Checking,
  factor: queries.Factor,
  typed: string,
  more: (tx: Tx<Tables>) => Promise<void> = async () => {},
): Promise<void> {
  const { operator } = factor;
  const at = now();
  const counter = seal.hash("identity.attempt", `second factor ${operator}`);
  const next = await countTry(db, counter, codePauses, at);
  if (next) {
    const retryAfterSeconds = Math.max(1, Math.ceil((next.getTime() - at.getTime()) / 1_000));
    throw new Refused("too_many_requests", `Too many tries; wait ${retryAfterSeconds} s.`, { retryAfterSeconds });
  }
  const isRecovery = typed.length > 6;
  const step = isRecovery ? null : stepOf(seal.open(secretPlace(operator), factor.sealed), typed, at);
  const isTaken = await db.transaction().execute(async (tx) => {
    const isRight = isRecovery
      ? factor.confirmed_at !== null && (await queries.useCode(tx, operator, recoveryHash(seal, operator, typed), at))
      : step !== null && (await queries.takeStep(tx, operator, step));
    if (!isRight) return false;
    if (isRecovery) {
      const told = { operator, change: "recovery_used" as const, actor: `operator:${operator}`, reason: "Signed in without the app" };
      await publish(tx, at, SecondFactorChanged, told);
    }
    await more(tx);
    return true;
  });
  if (!isTaken)
    throw new Refused("second_factor_wrong", "The code is not right, or was used before. The app shows a new one every 30 seconds.");
  await forgetTries(db, counter);
}

/** Takes an operator's second factor off and ends their sessions. False when there was none. */
export async function resetSecondFactor(
  db: Db<Tables>,
  { operator, actor, reason, at }: { readonly operator: string; readonly actor: string; readonly reason: string; readonly at: Date },
): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    if (!(await queries.remove(tx, operator))) return false;
    await queries.endSessions(tx, operator, null);
    await publish(tx, at, SecondFactorChanged, { operator, change: "reset", actor, reason });
    return true;
  });
}
