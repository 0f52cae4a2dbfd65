import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { sizes } from "@pigeonhole/protocol/messages";
import { pickupReasons, quarantineOf, type DepositReason, type PickupReason } from "@pigeonhole/protocol/reasons";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Depositing, Purpose } from "../kiosk/contract.ts";
import type { Content } from "../store/contents.ts";
import type { Store } from "../store/store.ts";
import type { Deposits } from "./deposit.ts";
import type { Effects } from "./effects.ts";
import { fullLog, mustOpen, obstacleOf } from "./opening.ts";
import type { Screen } from "./screen.ts";

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly deposits: Deposits;
  /** The compartment whose lock was fired last for a right and stayed shut. */
  readonly stuck: () => { readonly compartment: number; readonly purpose: Purpose } | undefined;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}
type Reason = DepositReason | PickupReason;

/** After these the depositor is given another compartment; after the others the parcel goes with them. */
const another: ReadonlySet<DepositReason> = new Set(["does_not_fit", "not_empty", "will_not_close", "will_not_open"]);
const nothing = (): Refused => new Refused("nothing_to_answer", "There is nothing to report now. Please call us.");
const isOfPickup = (reason: Reason): reason is PickupReason => (pickupReasons as readonly string[]).includes(reason);

/**
 * What goes wrong in front of an open door (A2.10, N3, F7). The word of whoever stands there is believed at once and is durable before anything
 * follows from it: the compartment gets what is due, and a depositor is given another one in the same visit, out of those that the
 * station may give away by itself (I-64). Nothing here needs a network.
 */
export function mistakes({ store, cabinet, doors, screen, effects, deposits, stuck, now, newId, log }: Needs) {
  /** The smallest compartment of the station's own that will do instead: one of the next larger sizes where the parcel did not fit. */
  function choose({ compartment }: Content, reason: DepositReason): { readonly compartment: number; readonly size: string } | undefined {
    const all = cabinet.desired?.compartments ?? [];
    const size = all.find((each) => each.compartment === compartment)?.size;
    if (size === undefined || !another.has(reason)) return undefined;
    const isFree = (n: number): boolean =>
      n !== compartment && cabinet.isForWalkUps(n) && !cabinet.locker.isOccupied(String(n)) && doors.isClosed(n);
    for (const larger of sizes.slice(sizes.indexOf(size) + (reason === "does_not_fit" ? 1 : 0))) {
      const found = all.find((each) => each.size === larger && isFree(each.compartment));
      if (found) return found;
    }
    return undefined;
  }

  /** The parcel is not in; another door opens, or the depositor is told that there is none. */
  async function finish(content: Content, purpose: Depositing, reason: DepositReason): Promise<void> {
    const { compartment } = content;
    const next = choose(content, reason);
    deposits.abandon(content, { actor: "kiosk", reason, instead: content.parcel === null ? undefined : next?.compartment });
    if (next === undefined) return screen.reported({ purpose, compartment, reason });
    try {
      if (content.parcel === null) await deposits.bring(next.size, { of: compartment, take: next.compartment });
      else await openFor({ ...content, parcel: content.parcel }, purpose, next.compartment);
    } catch (error) {
      log.warn({ err: error, compartment: next.compartment }, "the compartment that was to be given instead did not open");
      screen.reported({ purpose, compartment, reason });
    }
  }

  /** Another compartment for a parcel that a right brought here: by the same right, which is used up again before the lock is fired. */
  async function openFor(content: Content & { readonly parcel: string }, purpose: Depositing, compartment: number): Promise<void> {
    const obstacle = store.journal.room() === "full" ? fullLog() : obstacleOf(doors, compartment);
    if (obstacle) throw obstacle;
    const intent = newId();
    const { parcel, takenBy, compartment: of } = content;
    screen.working();
    const outcome = await doors.open({ id: intent, compartment, purpose, cause: { kind: "instead", of, parcel, deposit: null } }, () => {
      const at = now();
      if (takenBy !== null) store.contents.spend(takenBy, cabinet.desired?.grants.find(({ id }) => id === takenBy)?.codeHash ?? null, at);
      store.reopens.remove(compartment);
      store.contents.put({ ...content, compartment, state: "reserved", intent, since: at.toISOString() });
      cabinet.locker.depositInto(String(compartment), null, at);
    });
    mustOpen(outcome, compartment);
  }

  /**
   * Whoever came to collect finds nothing, or not what is theirs. From this moment it does not count as collected, also when the door has
   * been shut a moment ago and nobody else was given the compartment since; what lies there, if anything, is somebody's to look into.
   */
  function dispute(reason: PickupReason): void {
    const { step } = screen;
    // A courier who takes something out is asked when the door has closed (visits/retrieval.ts).
    if ((step.step !== "open" && step.step !== "done") || step.purpose !== "collect") throw nothing();
    const { compartment, purpose } = step;
    const inside = store.contents.allOf(compartment).filter(({ state }) => state === "collecting" || state === "unsure");
    const disputed = inside.length > 0 ? inside : takenOutBy(compartment);
    if (disputed.length === 0) throw nothing();
    cabinet.change((locker) => {
      const at = now();
      for (const content of disputed) {
        const { parcel, deposit, takenBy } = content;
        store.contents.put({ ...content, state: "unsure", since: at.toISOString() });
        if (!locker.isOccupied(String(compartment))) locker.depositInto(String(compartment), null, at);
        store.journal.append({ type: "pickup_disputed", compartment, parcel, deposit, grant: takenBy, reason }, at);
      }
      effects.quarantine(compartment, quarantineOf(reason)!, at);
    });
    screen.reported({ purpose, compartment, reason });
  }

  /** What was recorded as taken out within the last two minutes, by whoever is still there. */
  function takenOutBy(compartment: number): readonly Content[] {
    const reopen = store.reopens.of(compartment);
    if (!reopen || now() >= new Date(reopen.until)) return [];
    const { deposit, grant, codeHash, beside } = reopen;
    const known = { compartment, deposit, takenBy: grant, codeHash: deposit === null ? null : codeHash, state: "unsure" } as const;
    const unknown = { expiresAt: null, actor: "kiosk", intent: newId(), since: now().toISOString(), isReturn: false };
    return [reopen.parcel, ...beside].map((parcel) => ({ ...known, ...unknown, parcel }));
  }

  /** An open door that can not be shut: it is reported, keeps nobody else from theirs and takes nothing more. An open box keeps nothing. */
  async function wontClose(compartment: number, purpose: Purpose): Promise<void> {
    const content = store.contents.of(compartment);
    doors.giveUpOn(compartment);
    const isDeposit = purpose === "deliver" || purpose === "bring" || purpose === "return";
    if (content?.state === "reserved" && isDeposit) return finish(content, purpose, "will_not_close");
    store.change(() => effects.quarantine(compartment, "will_not_close", now()));
    screen.reported({ purpose, compartment, reason: "will_not_close" });
  }

  /** A door that was fired and stayed shut. What lies inside stays there, its right is whole, and somebody comes. */
  function wontOpen(): void {
    const failed = stuck();
    if (!failed) throw nothing();
    store.change(() => effects.quarantine(failed.compartment, "will_not_open", now()));
    screen.reported({ ...failed, reason: "will_not_open" });
  }

  return {
    /** One tap at the kiosk: what is wrong. A deposit whose door still stands open goes on when it has been shut. */
    async tell(reason: Reason): Promise<void> {
      const { step } = screen;
      if (isOfPickup(reason)) return dispute(reason);
      if (step.step === "open" && reason === "will_not_close") return wontClose(step.compartment, step.purpose);
      if (reason === "will_not_open") return wontOpen();
      if (step.step !== "open" && step.step !== "ask_parcel_in") throw nothing();
      const content = store.contents.of(step.compartment);
      if (content?.state !== "reserved") throw nothing();
      if (step.step === "open") return screen.said(reason);
      if (!doors.isClosed(step.compartment)) throw nothing();
      await finish(content, step.purpose, reason);
    },
    /** The door has been shut by somebody who had said before what is wrong. */
    closed(compartment: number, purpose: Depositing, reason: DepositReason): void {
      const content = store.contents.of(compartment);
      if (content?.state !== "reserved") return;
      finish(content, purpose, reason).catch((error: unknown) => log.error({ err: error, compartment }, "a mistake could not be settled"));
    },
    /** The courier says it in the app, while the door stands open: `also` joins the transaction. */
    wontCloseByApp(content: Content, actor: string, also: () => void): void {
      doors.giveUpOn(content.compartment);
      deposits.abandon(content, { actor, reason: "will_not_close", also });
    },
  };
}
export type Mistakes = ReturnType<typeof mistakes>;
