import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { countParked, firstParked, replayDeadLetter, replayDeadLetters, type ParkedFact } from "@pigeonhole/kit/dead-letters";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import * as contract from "./contract.ts";
import { Replayed } from "./events.ts";

interface Needs {
  readonly db: Db<never>;
  readonly who: Who;
  readonly now: Now;
  readonly log: Log;
}

/** What modules could not apply, shown to operators and tried again at their word. It has no tables: the log of facts keeps them. */
export function deadletters({ db, who, now, log }: Needs) {
  /** Makes facts due again and writes down who wanted it, both or neither. */
  const again = async (consumer: string, seq: number | null, actor: string, reason: string): Promise<number> =>
    db.transaction().execute(async (tx) => {
      const at = now();
      const count = seq === null ? await replayDeadLetters(tx, consumer, at) : Number(await replayDeadLetter(tx, consumer, seq, at));
      if (count === 0) throw new Refused("not_found", "Nothing of it is parked: it has been applied meanwhile, or never failed.");
      await publish(tx, at, Replayed, { consumer, seq, count, actor, reason });
      return count;
    });
  const routes = contract.mount(router({ ...contract.refusals }, log), {
    list: async (c) => {
      requireRole(await who(c, "operator"), "support");
      const [letters, counts] = await Promise.all([firstParked(db, c.req.valid("query")), countParked(db)]);
      return c.json({ letters: letters.map(shown), ...counts }, 200);
    },
    replay: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "admin");
      const { consumer, seq } = c.req.valid("param");
      return c.json({ replayed: await again(consumer, seq, actorText(operator), c.req.valid("json").reason) }, 202);
    },
    replayAll: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "admin");
      const { consumer } = c.req.valid("param");
      return c.json({ replayed: await again(consumer, null, actorText(operator), c.req.valid("json").reason) }, 202);
    },
  });
  const jobs: readonly Job[] = [];
  return { routes, jobs };
}

const shown = ({ occurred_at, next_at, payload, ...rest }: ParkedFact): contract.DeadLetter => ({
  ...rest,
  occurredAt: occurred_at.toISOString(),
  nextAt: rest.state === "dead" ? null : next_at.toISOString(),
  payload: Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, name.startsWith("sealed") ? "(sealed)" : value])),
});
