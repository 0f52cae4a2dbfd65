import type { AccessApi } from "@pigeonhole/access/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { Diversion } from "@pigeonhole/parcels/diversion/contract";
import type { DepositReason } from "@pigeonhole/protocol/reasons";
import type { Place, Reassigned, ReservationApi } from "@pigeonhole/reservations/contract";
import { ProblemSettled } from "../events.ts";
import * as plan from "../queries/plan.ts";
import * as read from "../queries/read.ts";
import * as visit from "../queries/visit.ts";
import type { Tables } from "../tables.ts";
import type { Told } from "../commanding.ts";
import * as domain from "./domain.ts";
import * as queries from "./queries.ts";
import type { Row } from "./queries.ts";

/** So many problems are taken up in one run of the job. */
const batch = 100;

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly access: Client<AccessApi>;
  readonly parcels: Client<ParcelApi>;
  readonly reservations: Client<ReservationApi>;
  /** Tells the station that nothing was put in, and why. */
  readonly release: (parcel: string, courier: string, reason: DepositReason) => Promise<Told>;
}
type Write = Tx<Tables>;

/**
 * Brings a problem to its end, one step after the other: the station hears it, another compartment is found, the rights follow, the courier's
 * screen shows it. Each step is durable before the next, and each may be done again: the courier's request drives them, and whatever a crash
 * or a silent station leaves, the job takes up.
 */
export function settling({ db, now, log, access, parcels, reservations, release }: Needs) {
  /** Goes on under the locks of route and problem, unless somebody else has moved the problem meanwhile. */
  const step = (problem: Row, run: (tx: Write, at: Date) => Promise<void>): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      await plan.lockRoute(tx, problem.route);
      const fresh = await queries.lock(tx, problem.id);
      if (fresh?.state !== problem.state) return false;
      await run(tx, now());
      await plan.changed(tx, problem.route, now());
      return true;
    });
  const wait = (problem: Row): Promise<void> => queries.later(db, problem.id, domain.nextTry(now(), problem.tries));
  const told = (tx: Write, at: Date, { route, parcel, station, compartment, reason }: Row, outcome: string): Promise<void> =>
    publish(tx, at, ProblemSettled, { route, parcel, station, compartment, reason, outcome });

  const takeBack = (problem: Row): Promise<boolean> =>
    step(problem, async (tx, at) => {
      if (await plan.isCalledOff(tx, problem.route, problem.parcel)) return endCalledOff(tx, at, problem);
      await plan.skip(tx, problem.route, problem.parcel, problem.reason);
      await queries.change(tx, problem, at, { to: "taken_back" });
      await told(tx, at, problem, "taken_back");
    });

  /** `reported`: the station records that nothing is in, and what is wrong with the compartment. True when the next step may be taken. */
  async function hear(problem: Row): Promise<boolean> {
    const scan = await read.scanRow(db, problem.id);
    const hasOpened = scan?.outcome === "opened";
    if (hasOpened && !scan.is_closed && domain.needsShutDoor(problem.reason)) return (await wait(problem), false);
    const { outcome, reason } = await release(problem.parcel, problem.courier, problem.reason as DepositReason);
    const isNothingThere = outcome === "refused" && reason !== "door_open" && !hasOpened;
    if (outcome === "done" || isNothingThere) return step(problem, (tx, at) => queries.change(tx, problem, at, { to: "released" }));
    // The station knows better and says so in its log, or nobody knows: after a while a person sees to it.
    if (outcome === "refused" && reason !== "door_open" && problem.tries >= domain.mostRefusals) return takeBack(problem);
    return (await wait(problem), false);
  }

  /** `released`: the right to put it in goes to another compartment, or the courier is asked, or takes it back. */
  async function place(problem: Row): Promise<boolean> {
    const way = domain.wayOf(problem.reason);
    if (way === "back") return takeBack(problem);
    const from = { station: problem.station, compartment: problem.compartment };
    if (way === "same") {
      await follow(problem.parcel, { reservation: null, from, to: null });
      return step(problem, async (tx, at) => {
        const isIn = await visit.isDeposited(tx, problem.route, problem.parcel);
        await plan.reopen(tx, problem.route, problem.parcel, isIn ? visit.takenBack : null);
        await queries.change(tx, problem, at, { to: "settled", outcome: "same_box" });
        await told(tx, at, problem, "same_box");
      });
    }
    const answer = await ask(problem, null);
    if (answer.outcome === "moved") return goOn(problem, answer.to, "another_box");
    if (answer.outcome === "over") return over(problem, answer.state);
    const ahead = await read.stationsAhead(db, problem.route, problem.station);
    const proposal = domain.propose(answer.alternatives, ahead, await saidBy(problem.parcel));
    if (!proposal) return takeBack(problem);
    return step(problem, async (tx, at) => {
      await queries.change(tx, problem, at, { to: "proposed", proposal, nextAt: new Date(at.getTime() + domain.proposalMs) });
    });
  }

  /** Nobody brings it again: its courier keeps it. */
  async function endCalledOff(tx: Write, at: Date, problem: Row): Promise<void> {
    await plan.skip(tx, problem.route, problem.parcel, "cancelled");
    await queries.change(tx, problem, at, { to: "settled", outcome: "over" });
    await told(tx, at, problem, "over");
  }

  /** It no longer waits for its parcel: called off meanwhile, the courier keeps it; or it is in. */
  const over = (problem: Row, state: Extract<Reassigned, { outcome: "over" }>["state"]): Promise<boolean> =>
    step(problem, async (tx, at) => {
      if (state === "ended") return endCalledOff(tx, at, problem);
      await queries.change(tx, problem, at, { to: "settled", outcome: "over" });
      await told(tx, at, problem, "over");
    });

  /** The claim has moved: its rights follow before the courier can scan again, and the drop shows the new place. */
  async function goOn(problem: Row, { reservation, ...to }: Place, outcome: "another_box" | "another_station"): Promise<boolean> {
    await follow(problem.parcel, {
      reservation,
      from: { station: problem.station, compartment: problem.compartment },
      to: { station: to.station, compartment: to.compartment },
    });
    return step(problem, async (tx, at) => {
      await plan.reopen(tx, problem.route, problem.parcel);
      await plan.redirect(tx, problem.route, problem.parcel, to);
      await queries.change(tx, problem, at, { to: "settled", outcome });
      await told(tx, at, problem, outcome);
    });
  }

  async function ask({ parcel, station, compartment, reason }: Row, to: string | null): Promise<Reassigned> {
    const answer = await reservations.internal.reservations.reassign.$post({
      json: { parcel, from: { station, compartment }, reason: reason as DepositReason, to },
    });
    if (answer.status !== 200) throw new Error(`another compartment for parcel ${parcel}: ${(await problemOf(answer)).code}`);
    return answer.json();
  }
  /** What its recipient has said about other stations, once for all. */
  async function saidBy(parcel: string): Promise<Diversion | null> {
    const answer = await parcels.internal.parcels.$get({ query: { ids: parcel } });
    if (answer.status !== 200) throw new Error(`what the recipient of parcel ${parcel} has said: parcels answered ${answer.status}`);
    return (await answer.json()).parcels[0]?.diversion ?? null;
  }
  async function follow(parcel: string, json: { reservation: string | null; from: Spot; to: Spot | null }): Promise<void> {
    const answer = await access.internal.access.parcels[":parcel"].follow.$post({ param: { parcel }, json });
    if (answer.status !== 200) throw new Error(`the rights of parcel ${parcel} did not follow: ${(await problemOf(answer)).code}`);
  }

  /** Takes the steps that can be taken now. What fails is taken up again by the job. */
  async function advance(id: string): Promise<void> {
    for (;;) {
      const problem = await queries.get(db, id);
      if (!problem) return;
      try {
        const hasMoved = problem.state === "reported" ? await hear(problem) : problem.state === "released" ? await place(problem) : false;
        if (!hasMoved) return;
      } catch (error) {
        log.error({ err: error, problem: id, state: problem.state }, "a problem at the door could not be taken further; it is tried again");
        return wait(problem);
      }
    }
  }

  return {
    advance,
    /** The courier brings it to the station that was proposed, or, with null, takes it back. */
    async answer(problem: Row, station: string | null): Promise<void> {
      domain.requireProposed(problem.state);
      const to = problem.proposal;
      if (station === null || to === null) return void (await takeBack(problem));
      if (to.station !== station) domain.requireProposed(undefined);
      const answer = await ask(problem, station);
      if (answer.outcome === "moved") await goOn(problem, answer.to, "another_station");
      else if (answer.outcome === "over") await over(problem, answer.state);
      // The last one was taken meanwhile: the next best is proposed, if there is one.
      else {
        const next = domain.propose(
          answer.alternatives.filter((one) => one.station !== station),
          await read.stationsAhead(db, problem.route, problem.station),
          await saidBy(problem.parcel),
        );
        if (!next) return void (await takeBack(problem));
        await step(problem, (tx, at) => queries.propose(tx, problem.id, next, at, new Date(at.getTime() + domain.proposalMs)));
      }
    },
    /** The job: what a courier, a station or a process left lying. */
    async takeUp(): Promise<void> {
      for (const problem of await queries.due(db, now(), batch)) {
        if (problem.state === "proposed") await takeBack(problem);
        else await advance(problem.id);
      }
    },
  };
}
interface Spot {
  readonly station: string;
  readonly compartment: number;
}
export type Settling = ReturnType<typeof settling>;
