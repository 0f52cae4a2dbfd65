import type { AccessApi } from "@pigeonhole/access/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Attempt as Request } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { commanding, type Told } from "../commanding.ts";
import * as plan from "../queries/plan.ts";
import * as read from "../queries/read.ts";
import type { Tables } from "../tables.ts";
import type { By } from "../visiting.ts";
import type { Retrieval, RetrievalProblem, RetrievalState } from "./contract.ts";
import { isLive, requireAllowed } from "./domain.ts";
import { move } from "./keeping.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly access: Client<AccessApi>;
}
type Write = Tx<Tables>;

/** What couriers do with a retrieval at its station: one door, one word, the next one. */
export function collecting({ db, now, newId, log, access }: Needs) {
  const { command } = commanding({ log, access });

  /** One on a route of this courier, or whose door they opened last: a word may come late. */
  const mine = async (by: By, id: string): Promise<queries.Seen> => {
    const seen = await queries.get(db, id);
    const route = seen?.row.route ?? seen?.attempt?.route;
    const isMine = seen && route && (await read.get(db, { kind: "courier", ...by }, route)) !== undefined;
    if (!isMine) throw new Refused("not_found", "There is no such task of yours.");
    return seen;
  };
  const shown = async (id: string): Promise<Retrieval> => queries.view((await queries.get(db, id))!);

  /** Opens its door. Written down before the command is given: a repetition of the same key opens nothing again. */
  const open = async (by: By, id: string, request: Request): Promise<Retrieval> => {
    const before = await queries.attemptByKey(db, by.courier, request.key);
    if (before && before.fingerprint !== request.fingerprint)
      throw new Refused("idempotency_key_reused", "This Idempotency-Key was used for another request. Use a new one.");
    if (before) return shown(id);
    const { row } = await mine(by, id);
    requireAllowed("open", row.state);
    const route = row.route === null ? undefined : await read.get(db, { kind: "courier", ...by }, row.route);
    if (route?.state !== "active") throw new Refused("wrong_state", "Set out on your route first.", { state: route?.state ?? row.state });
    const begun = await queries.insertAttempt(db, {
      id: newId(),
      retrieval: id,
      route: route.id,
      courier: by.courier,
      outcome: "pending",
      reason: null,
      command: null,
      opened_epoch: null,
      opened_seq: null,
      is_closed: false,
      key: request.key,
      fingerprint: request.fingerprint,
      at: now(),
    });
    if (!begun) return open(by, id, request);
    await db.transaction().execute(async (tx) => void (await queries.change(tx, id, { attempt: begun.id })));
    const told = await command("collection", "open", row.parcel, by.courier);
    const outcome = told.outcome === "done" ? "opened" : told.outcome;
    await db.transaction().execute(async (tx) => {
      await plan.lockRoute(tx, route.id);
      const settled = await queries.settle(tx, begun.id, { ...told, outcome });
      const current = await queries.lock(tx, id);
      // A door that nobody knows of may stand open: its courier has to say.
      const mayBeOpen = settled.outcome === "opened" || settled.outcome === "unknown";
      if (mayBeOpen && current?.state === "assigned") await move(tx, now(), current, "opened", { courier: by.courier });
      else await plan.changed(tx, route.id, now());
    });
    if (outcome === "unreachable") throw new Refused("station_unreachable", "The station cannot be reached. Nothing was opened.");
    return shown(id);
  };

  /** Has the station record the courier's word, and then keeps it. What the station answers stands. */
  const say = async (
    by: By,
    id: string,
    verb: "takenOut" | "notThere" | "leave",
    to: Extract<RetrievalState, "taken_out" | "missing" | "open">,
    { needsStation, problem }: { readonly needsStation: (seen: queries.Seen) => boolean; readonly problem?: RetrievalProblem },
  ): Promise<Retrieval> => {
    const seen = await mine(by, id);
    const { row, attempt } = seen;
    if (row.state === to && (to !== "open" || row.problem === problem)) return queries.view(seen);
    // A word about a door that this courier opened counts also when the task has gone back to the carrier meanwhile.
    const isLate = verb !== "leave" && isLive(row.state) && row.state !== "missing" && attempt?.courier === by.courier;
    const isAsked = needsStation(seen);
    if (!isLate && (isAsked || row.state !== "assigned")) requireAllowed(verb, row.state);
    if (isAsked) settled(await command("collection", stationSays[verb], row.parcel, by.courier));
    await db.transaction().execute(async (tx: Write) => {
      await plan.lockRoutes(tx, queries.routesOf.one(id));
      const current = await queries.lock(tx, id);
      if (!current || !isLive(current.state) || current.state === to) return;
      const change = { courier: by.courier, byHand: !isAsked && to === "taken_out", ...(problem && { problem }) };
      await move(tx, now(), current, to, to === "open" ? { ...change, route: null } : change);
    });
    return shown(id);
  };

  return {
    open,
    /** At a station that is given up nobody answers any more: there it is the courier's word alone. */
    takenOut: (by: By, id: string) => say(by, id, "takenOut", "taken_out", { needsStation: ({ row }) => row.reason !== "decommissioned" }),
    notThere: (by: By, id: string) => say(by, id, "notThere", "missing", { needsStation: () => true }),
    leave: (by: By, id: string, problem: RetrievalProblem) =>
      say(by, id, "leave", "open", { needsStation: ({ row }) => row.state === "opened", problem }),
    /** Whose door was opened, and nobody has said anything since: the task is the carrier's again. */
    giveBack: async (before: Date, limit: number): Promise<void> => {
      for (const { id } of await queries.unanswered(db, before, limit))
        await db.transaction().execute(async (tx) => {
          await plan.lockRoutes(tx, queries.routesOf.one(id));
          const row = await queries.lock(tx, id);
          if (row?.state === "opened" && row.moved_at <= before) await move(tx, now(), row, "open", { route: null, problem: "no_word" });
        });
    },
  };
}

/** How a courier's word is given to the station. */
const stationSays = { takenOut: "attest_retrieval", notThere: "attest_missing", leave: "release" } as const;

/** Passes when the station has recorded it. */
function settled({ outcome, reason }: Told): void {
  if (outcome === "done" || outcome === "opened") return;
  if (outcome === "refused" && reason === "door_open")
    throw new Refused("door_open", "The station says that the door is open. Close it first.");
  if (outcome === "refused") throw new Refused("wrong_state", "The station does not accept this.", { reason });
  throw new Refused("station_unreachable", "The station cannot be reached. Your word is not recorded yet: say it again.");
}
