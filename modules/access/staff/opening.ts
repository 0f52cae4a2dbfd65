import { actorText, requireRole, type Who } from "@pigeonhole/identity/contract";
import { violates } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { Job } from "@pigeonhole/kit/jobs";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";
import { carryOut } from "../commands.ts";
import { StaffOpeningMoved } from "../events.ts";
import type { Access } from "../needs.ts";
import * as contract from "./contract.ts";
import { mayApprove, mayDecide, staffText } from "./domain.ts";
import * as queries from "./queries.ts";

type Change = "requested" | Exclude<contract.OpeningState, "waiting">;
/** How often is looked for requests that nobody decided. Seconds. */
const lapseEverySeconds = 15;

/** Doors that staff open: one person asks, another one approves, each says who they are, and the owner is told (I-39). */
export function staff(needs: Access) {
  const { db, now, newId } = needs;
  const supporter = async (c: Context, who: Who): Promise<string> => {
    const operator = await who(c, "operator");
    requireRole(operator, "support");
    return actorText(operator);
  };
  const tell = (row: queries.OpeningRow, change: Change, actor: string) => ({
    opening: row.id,
    station: row.station,
    compartment: row.compartment,
    parcel: row.parcel,
    change,
    actor,
    reason: change === "refused" ? (row.note ?? "") : row.reason,
  });
  const locked = async (tx: Parameters<typeof queries.lock>[0], id: string): Promise<queries.OpeningRow> => {
    const row = await queries.lock(tx, id);
    if (!row) throw new Refused("not_found", `There is no request ${id}.`);
    return row;
  };

  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    request: async (c) => {
      const by = await supporter(c, needs.who);
      const { station, compartment } = c.req.valid("param");
      const { parcel, reason } = c.req.valid("json");
      const at = now();
      const row: queries.OpeningRow = {
        id: newId(),
        station,
        compartment,
        parcel,
        reason,
        state: "waiting",
        requested_by: by,
        requested_at: at,
        expires_at: new Date(at.getTime() + contract.approvalMinutes * 60_000),
        decided_by: null,
        decided_at: null,
        note: null,
        command: null,
        outcome: null,
        outcome_reason: null,
      };
      try {
        await db.transaction().execute(async (tx) => {
          if ((await queries.countWaiting(tx, station)) >= contract.maxWaiting)
            throw new Refused("too_many_requests_wait", `${contract.maxWaiting} doors of this station wait for the second person already.`);
          await queries.insert(tx, row);
          await publish(tx, at, StaffOpeningMoved, tell(row, "requested", by));
        });
      } catch (error) {
        if (violates(error, "one_waiting_opening")) throw new Refused("asked_before", "Somebody has asked to open this door already.");
        throw error;
      }
      return c.json(queries.view(row), 201);
    },
    list: async (c) => {
      await needs.who(c, "operator");
      return c.json({ openings: (await queries.list(db, c.req.valid("query"))).map(queries.view) }, 200);
    },
    approve: async (c) => {
      const by = await supporter(c, needs.who);
      const { opening } = c.req.valid("param");
      const approved = await db.transaction().execute(async (tx) => {
        const at = now();
        mayApprove(await locked(tx, opening), by, at);
        const row = await queries.change(tx, opening, { state: "approved", decided_by: by, decided_at: at, command: newId() });
        await publish(tx, at, StaffOpeningMoved, tell(row, "approved", by));
        return row;
      });
      const { id, command, station, compartment, parcel } = approved;
      const order = {
        id: command!,
        action: "open" as const,
        purpose: "service" as const,
        station,
        compartment,
        parcel,
        actor: staffText(approved),
      };
      const { outcome, reason } = await carryOut(needs, order);
      const ended = outcome === "done" ? "unknown" : outcome;
      return c.json(queries.view(await queries.change(db, id, { outcome: ended, outcome_reason: reason })), 200);
    },
    refuse: async (c) => {
      const by = await supporter(c, needs.who);
      const { opening } = c.req.valid("param");
      const { note } = c.req.valid("json");
      const row = await db.transaction().execute(async (tx) => {
        const at = now();
        mayDecide(await locked(tx, opening), at);
        const refused = await queries.change(tx, opening, { state: "refused", decided_by: by, decided_at: at, note });
        await publish(tx, at, StaffOpeningMoved, tell(refused, "refused", by));
        return refused;
      });
      return c.json(queries.view(row), 200);
    },
  });

  const lapse: Job = {
    name: "access.lapse_openings",
    everySeconds: lapseEverySeconds,
    run: () =>
      db.transaction().execute(async (tx) => {
        for (const row of await queries.lapsed(tx, now()))
          await publish(tx, now(), StaffOpeningMoved, tell(row, "lapsed", "module:access"));
      }),
  };
  return { routes, jobs: [lapse] };
}
