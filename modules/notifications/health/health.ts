import type { z } from "@hono/zod-openapi";
import { router } from "@pigeonhole/kit/http";
import { channels } from "../contract.ts";
import { opensAfter, type Channel } from "../domain.ts";
import type { Notifications } from "../needs.ts";
import * as circuits from "../queries/circuits.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** How the channels do, for operators (A5.4, A5.5). */
export function health({ db, who, now, log, channels: configured }: Notifications) {
  const isUsed = (channel: Channel): boolean =>
    configured.inbox || { email: configured.smtp, sms: configured.sms, push: configured.push }[channel] !== null;
  return contract.mount(router({}, log), {
    health: async (c) => {
      await who(c, "operator");
      const { hours, days } = c.req.valid("query");
      const asOf = now();
      const since = new Date(asOf.getTime() - hours * hourMs);
      const [rows, waiting, states, failures, collected] = await Promise.all([
        circuits.all(db),
        queries.waiting(db),
        queries.states(db, since),
        queries.failures(db, since),
        queries.collected(db, new Date(asOf.getTime() - days * dayMs), new Date(asOf.getTime() - dayMs)),
      ]);
      const one = (channel: Channel): z.output<typeof contract.ChannelHealth> => {
        const circuit = rows.find((row) => row.channel === channel);
        const queue = waiting.find((row) => row.channel === channel);
        const isAway = (circuit?.failures ?? 0) >= opensAfter;
        return {
          channel,
          state: !isUsed(channel) ? "unused" : isAway ? "away" : "well",
          since: isAway ? (circuit!.opened_at?.toISOString() ?? null) : null,
          lastAnswerAt: circuit?.last_answer_at?.toISOString() ?? null,
          lastFailureAt: circuit?.last_failure_at?.toISOString() ?? null,
          error: circuit?.error ?? null,
          waiting: queue?.count ?? 0,
          oldestWaitingAt: queue?.oldest.toISOString() ?? null,
          states: states.filter((row) => row.channel === channel).map(({ state, count }) => ({ state, count })),
          failures: failures.filter((row) => row.channel === channel).map(({ error, count }) => ({ error, count })),
        };
      };
      const shares = collected.map(({ channels: by, parcels, within }) => ({ channels: by, parcels, withinADay: within }));
      return c.json({ asOf: asOf.toISOString(), channels: channels.map(one), collected: shares }, 200);
    },
  });
}
