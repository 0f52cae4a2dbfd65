import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { Who } from "@pigeonhole/identity/contract";
import * as contract from "./contract.ts";
import { rangeFault, resolutionFor, type Keeping } from "./domain.ts";
import { intake } from "./intake.ts";
import * as queries from "./queries.ts";
import type { TelemetryTables } from "./tables.ts";

interface Needs {
  readonly db: Db<TelemetryTables>;
  readonly who: Who;
  readonly isKnown: (station: string) => Promise<boolean>;
  readonly keeping: Keeping;
  readonly now: Now;
  readonly log: Log;
}

/** How often arrivals are summarised, and what has become old is forgotten. Seconds. */
const everySeconds = { summarise: 20, forget: 3_600 } as const;

/** The room of the curves: takes samples in, answers for times, summarises and forgets. */
export function telemetry({ db, who, isKnown, keeping, now, log }: Needs) {
  const taking = intake({ db, now, keeping });
  const requireKnown = async (station: string): Promise<void> => {
    if (!(await isKnown(station))) throw new Refused("not_found", `There is no station ${station}.`);
  };
  const routes = contract.mount(router(contract.refusals, log), {
    curve: async (c) => {
      await who(c, "operator", "module");
      const { station } = c.req.valid("param");
      const { metric, resolution: asked, ...range } = c.req.valid("query");
      const [from, to] = [new Date(range.from), new Date(range.to)];
      const fault = rangeFault(from, to);
      if (fault) throw new Refused("range_invalid", fault);
      await requireKnown(station);
      const resolution = asked === "auto" ? resolutionFor(from, to, now(), keeping) : asked;
      const seconds = resolution === "raw" ? null : contract.secondsOf[resolution];
      return c.json(queries.curveOf(metric, resolution, await queries.points(db, { station, metric, from, to }, seconds)), 200);
    },
    refused: async (c) => {
      await who(c, "operator", "module");
      const { station } = c.req.valid("param");
      await requireKnown(station);
      return c.json({ refused: await queries.refused(db, station) }, 200);
    },
  });
  const jobs: readonly Job[] = [
    {
      name: "devices.telemetry_summarise",
      everySeconds: everySeconds.summarise,
      run: async () => {
        await taking.count();
        for (const seconds of Object.values(contract.secondsOf))
          while (await db.transaction().execute((tx) => queries.summarise(tx, seconds, now())));
      },
    },
    { name: "devices.telemetry_forget", everySeconds: everySeconds.forget, run: () => queries.forget(db, keeping, now()) },
  ];
  return { routes, jobs, take: taking.take };
}
