import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Invariant } from "@pigeonhole/kit/invariant";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import * as contract from "./contract.ts";
import { Mended } from "./events.ts";
import { looking } from "./looking.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  /** What every module says always holds. */
  readonly invariants: readonly Invariant[];
}

/** How often everything is looked at: with the time that facts may take, a breach is told within 60 s (I-75). Seconds. */
const everySeconds = 15;

/** Looks, in the running installation, whether what always has to hold does. */
export function invariants(needs: Needs) {
  const { db, who, now, log } = needs;
  const routes = contract.mount(router({ ...contract.refusals }, log), {
    list: async (c) => {
      requireRole(await who(c, "operator"), "support");
      const [look, rows] = await Promise.all([queries.look(db), queries.told(db, c.req.valid("query").limit)]);
      return c.json({ count: needs.invariants.length, lookedAt: look?.ended_at.toISOString() ?? null, breaches: rows.map(shown) }, 200);
    },
    settle: async (c) => {
      const operator = await who(c, "operator");
      requireRole(operator, "admin");
      const { note } = c.req.valid("json");
      const settled = await db.transaction().execute(async (tx) => {
        const row = await queries.find(tx, c.req.valid("param").breach);
        if (!row) throw new Refused("not_found", "There is no such breach.");
        if (row.ended_at !== null) throw new Refused("invalid_state", "It is over already.");
        const ended = { ended_at: now(), ended_by: actorText(operator), note };
        await queries.end(tx, row.id, ended);
        const { id: breach, invariant, says, what } = row;
        await publish(tx, ended.ended_at, Mended, { breach, invariant, says, what, actor: ended.ended_by, note });
        return { ...row, ...ended };
      });
      return c.json(shown(settled), 200);
    },
  });
  const look = looking(needs);
  const jobs: readonly Job[] = [{ name: "invariants.look", everySeconds, run: () => look() }];
  return { routes, jobs };
}

const shown = ({ id, invariant, says, what, seen_at, ended_at, note }: queries.Row): contract.Breach => ({
  id,
  invariant,
  says,
  what,
  seenAt: seen_at.toISOString(),
  endedAt: ended_at?.toISOString() ?? null,
  note,
});
