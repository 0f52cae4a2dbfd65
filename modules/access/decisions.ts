import type { z } from "@hono/zod-openapi";
import { Refused } from "@pigeonhole/kit/refused";
import type { Answer, Ask } from "@pigeonhole/protocol/messages";
import * as conditions from "./conditions/queries.ts";
import * as domain from "./domain.ts";
import type { Access } from "./needs.ts";
import * as attempts from "./queries/attempts.ts";
import * as presented from "./queries/presented.ts";

type Question = z.output<typeof Ask>;

/**
 * Decides a question from a kiosk. The attempt is counted, and that committed, before anything is looked up (I-34). A yes uses nothing up: the
 * door may stay shut, the station may die before it has written down that it opens, and neither may cost anybody their code (I-73). Single
 * use is the station's, durable before the lock is fired (I-14); its `compartment_opened` uses the right up here. The same question again gets
 * the same answer and costs nothing.
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
  const answer = await judged(db, station, ask, now());
  return db.transaction().execute(async (tx) => {
    const isFirst = await attempts.answer(tx, station, answer, now());
    if (!isFirst || answer.outcome === "granted") await attempts.giveBack(tx, station, path);
    return isFirst ? answer : (await attempts.answerOf(tx, station, ask.id))!;
  });
}

async function judged(db: Access["db"], station: string, { id, codeHash, grant, generation }: Question, at: Date): Promise<Answer> {
  const found =
    codeHash !== null
      ? await presented.byCode(db, station, codeHash)
      : grant === null
        ? undefined
        : await presented.byGrant(db, station, grant);
  const how: domain.Presented = codeHash === null ? { by: "qr", generation: generation ?? 0 } : { by: "code", died: found?.died ?? null };
  const verdict = domain.judge(found?.right, how, at);
  return verdict === "granted"
    ? { id, outcome: "granted", grant: found!.view }
    : { id, outcome: "refused", reason: await reasonFor(db, station, verdict) };
}

/** A station that knows of no held rights is told in words that it knows: it was not sent this one. */
async function reasonFor(db: Access["db"], station: string, verdict: Exclude<domain.Verdict, "granted">) {
  return verdict === "held" && !(await conditions.canHold(db, station)) ? ("not_yet" as const) : verdict;
}
