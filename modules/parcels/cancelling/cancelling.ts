import { actorText, requireRole, requireScope, type Actor, type Who } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { CancellationMoved } from "../events.ts";
import * as read from "../queries/read.ts";
import * as write from "../queries/write.ts";
import * as contract from "./contract.ts";
import { cancellableIn } from "./domain.ts";
import * as queries from "./queries.ts";
import { advance, moveOn, type Needs as Steps } from "./steps.ts";

interface Needs extends Steps {
  readonly who: Who;
  /** Whose parcels somebody may see. */
  readonly sightOf: (actor: Exclude<Actor, { kind: "courier" | "module" }>) => Promise<read.Sight>;
}

/** Cancellations of one run of the job, and how often it looks. Seconds. */
const looking = { everySeconds: 5, batch: 50 } as const;
/** Parked ones of one answer at most. */
const shown = 200;

/** A parcel is not to reach its recipient, wherever it is: called off, or taken out again (A3.2). */
export function cancelling(needs: Needs) {
  const { db, who, now, log, sightOf } = needs;
  const standing = async (parcel: string): Promise<contract.Cancellation> => {
    const row = await queries.get(db, parcel);
    if (!row) throw new Refused("not_cancelled", "Nobody has cancelled this parcel.");
    return queries.view(row);
  };
  const noSuch = (): Refused => new Refused("not_found", "There is no such parcel.");

  const routes = contract.mount(router({ ...contract.refusals }, log), {
    cancel: async (c) => {
      const by = await who(c, "shop", "carrier", "operator");
      if (by.kind === "operator") requireRole(by, "support");
      else requireScope(by, "parcels");
      const { id: parcel } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      // A carrier that only brings it calls nothing off.
      if (by.kind !== "operator" && !(await read.isOwner(db, parcel, actorText(by)))) throw noSuch();
      await db.transaction().execute(async (tx) => {
        await write.holdStill(tx, parcel);
        const row = await write.find(tx, parcel);
        if (!row) throw noSuch();
        const known = await queries.lock(tx, parcel);
        if (known)
          return known.state === "too_late" && cancellableIn.includes(row.state) ? moveOn(tx, needs, known, "asked_again") : undefined;
        if (!cancellableIn.includes(row.state))
          throw new Refused("wrong_state", `A ${row.state} parcel cannot be called off.`, { state: row.state });
        const at = now();
        const asked = { parcel, state: "asked", asked_by: actorText(by), reason } as const;
        await queries.insert(tx, { ...asked, attempts: 0, next_at: at, asked_at: at, changed_at: at });
        await publish(tx, at, CancellationMoved, { parcel, by: asked.asked_by, reason, from: null, to: "asked", refundDue: false });
      });
      await advance(needs, parcel);
      return c.json(await standing(parcel), 200);
    },
    get: async (c) => {
      const actor = await who(c, "customer", "shop", "carrier", "operator");
      const { id } = c.req.valid("param");
      if (!(await read.get(db, await sightOf(actor), id))) throw noSuch();
      return c.json(await standing(id), 200);
    },
    parked: async (c) => {
      await who(c, "operator");
      return c.json({ cancellations: (await queries.parked(db, shown)).map(queries.view) }, 200);
    },
    retry: async (c) => {
      requireRole(await who(c, "operator"), "support");
      const { id: parcel } = c.req.valid("param");
      await db.transaction().execute(async (tx) => {
        await write.holdStill(tx, parcel);
        const row = await queries.lock(tx, parcel);
        if (!row) throw new Refused("not_cancelled", "Nobody has cancelled this parcel.");
        if (row.state !== "parked") throw new Refused("wrong_state", `Not possible: it is ${row.state}.`, { state: row.state });
        await moveOn(tx, needs, row, "retried");
      });
      await advance(needs, parcel);
      return c.json(await standing(parcel), 200);
    },
  });

  const job: Job = {
    name: "parcels.cancellations",
    everySeconds: looking.everySeconds,
    run: async () => {
      for (const parcel of await queries.due(db, now(), looking.batch)) await advance(needs, parcel);
    },
  };
  return { routes, jobs: [job] };
}
