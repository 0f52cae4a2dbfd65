import type { z } from "@hono/zod-openapi";
import { Refused } from "@pigeonhole/kit/refused";
import type { Tx } from "@pigeonhole/kit/db";
import type { Answer, Ask } from "@pigeonhole/protocol/messages";
import * as domain from "./domain.ts";
import type { Access } from "./needs.ts";
import * as attempts from "./queries/attempts.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import type { Tables } from "./tables.ts";

type Question = z.output<typeof Ask>;

/**
 * Decides a question from a kiosk. The attempt is counted, and that committed, before anything is looked up (I-34); a granted right is
 * used up in the transaction of the answer; the same question again gets the same answer and costs nothing.
 */
export async function decide({ db, now }: Access, station: string, ask: Question): Promise<Answer> {
  const answered = await attempts.answerOf(db, station, ask.id);
  if (answered) return answered;
  const path = ask.codeHash === null ? "qr" : "code";
  const limit = domain.attemptLimits[path];
  if (!(await attempts.count(db, station, path, limit, now()))) {
    throw new Refused("too_many_requests", "This station has asked for too many wrong codes; it decides alone for a while.", {
      retryAfterSeconds: limit.forgiveSeconds,
    });
  }
  return db.transaction().execute(async (tx) => {
    const at = now();
    if (!(await attempts.claim(tx, station, ask.id, at))) {
      await attempts.giveBack(tx, station, path);
      return (await attempts.answerOf(tx, station, ask.id))!;
    }
    const { grant, presented } = await present(tx, station, ask);
    const verdict = domain.judge(grant, presented, at);
    const answer: Answer =
      verdict === "granted"
        ? {
            id: ask.id,
            outcome: "granted",
            grant: await grants.ofStationView(tx, grant!.id),
          }
        : { id: ask.id, outcome: "refused", reason: verdict };
    if (verdict === "granted") {
      // A pick-up right is used up by being granted; a courier's, who may find that the parcel does not fit, by the deposit.
      if (grant!.kind === "pickup") {
        await grants.change(tx, grant!.id, { state: "used" });
        await codes.kill(tx, grant!.id, "used", at);
      }
      await attempts.giveBack(tx, station, path);
    }
    await attempts.answer(tx, station, answer);
    return answer;
  });
}

/** The right that was presented, locked. */
async function present(
  tx: Tx<Tables>,
  station: string,
  ask: Question,
): Promise<{ grant: grants.GrantRow | undefined; presented: domain.Presented }> {
  if (ask.codeHash === null) {
    const grant = ask.grant === null ? undefined : await grants.lock(tx, station, ask.grant);
    return { grant, presented: { by: "qr", generation: ask.generation ?? 0 } };
  }
  const found = await codes.byHash(tx, station, ask.codeHash);
  const grant = found && (await grants.lock(tx, station, found.grant));
  // Read again under the lock: a reissue may have killed the code meanwhile.
  const code = found && (await codes.byHash(tx, station, ask.codeHash));
  return { grant, presented: { by: "code", died: code?.reason ?? null } };
}
