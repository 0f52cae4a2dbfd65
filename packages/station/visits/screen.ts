import type { Now } from "@pigeonhole/kit/clock";
import type { Timers } from "@pigeonhole/kit/timers";
import type { DepositReason } from "@pigeonhole/protocol/reasons";
import type { Depositing, Step } from "../kiosk/contract.ts";
import type { DoorNews } from "../doors/doors.ts";
import type { Content } from "../store/contents.ts";
import type { Store } from "../store/store.ts";

/** A finished or abandoned visit leaves the screen after so long. Milliseconds. */
export const lapseMs = 45_000;

/** A visit that began longer ago is not shown again after a restart. Milliseconds. */
const resumedMs = 600_000;

interface Needs {
  readonly store: Store;
  readonly now: Now;
  readonly timers: Timers;
  /** The question "is the parcel in?" was not answered. */
  readonly unanswered: (compartment: number) => void;
  /** A door has been shut by a depositor who had said what is wrong. */
  readonly mistaken: (compartment: number, purpose: Depositing, reason: DepositReason) => void;
}

/** Where the one visit at this cabinet stands, for whoever looks at it. What must survive is in the store; this is only what is shown. */
export function screen({ store, now, timers, unanswered, mistaken }: Needs) {
  let step: Step = { step: "idle" };
  let revision = 0;
  let cancel = (): void => {};
  const watchers = new Set<() => void>();

  function changed(): void {
    revision++;
    for (const watcher of watchers) watcher();
  }
  function show(next: Step, lapse?: () => void): void {
    cancel();
    step = next;
    cancel = lapse ? timers.after(lapseMs, lapse) : () => {};
    changed();
  }
  const idle = (): void => show({ step: "idle" });
  const inside = (compartment: number): number => store.contents.allOf(compartment).length;

  function ask(compartment: number, purpose: Depositing): void {
    show({ step: "ask_parcel_in", purpose, compartment, closedAt: now().toISOString() }, () => {
      unanswered(compartment);
      idle();
    });
  }

  /** Unanswered, the question is still the courier's: their app asks it too. */
  const askOut = (compartment: number): void => show({ step: "ask_parcel_out", compartment, closedAt: now().toISOString() }, idle);

  return {
    get step(): Step {
      return step;
    },
    get revision(): number {
      return revision;
    },
    changed,
    idle,
    watch(watcher: () => void): () => void {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    working: (): void => show({ step: "working" }),
    done: (next: Omit<Extract<Step, { step: "done" }>, "step" | "reopenUntil" | "isStillInside" | "parcels">): void =>
      show({ step: "done", ...next, reopenUntil: null, isStillInside: false, parcels: inside(next.compartment) }, idle),
    reported: (next: Omit<Extract<Step, { step: "reported" }>, "step">): void => show({ step: "reported", ...next }, idle),
    /** The visitor has said what is wrong; the door is to be shut first. */
    said(reason: DepositReason): void {
      if (step.step === "open") show({ ...step, said: reason });
    },
    /** What was shown before an attempt that changed nothing. */
    back(before: Step): void {
      if (before.step === "ask_parcel_in") ask(before.compartment, before.purpose);
      else if (before.step === "ask_parcel_out") askOut(before.compartment);
      else show(before, idle);
    },
    /** A phone has brought word of a right. While a door's business is shown it stays. */
    received(isWithdrawn: boolean): void {
      if (step.step === "idle" || step.step === "working" || step.step === "done" || step.step === "received")
        show({ step: "received", isWithdrawn }, idle);
    },
    /** The question was answered by other means, e.g. in the courier's app, perhaps with what is wrong. */
    answered(compartment: number, isStored: boolean, reason?: DepositReason): void {
      if ((step.step !== "ask_parcel_in" && step.step !== "ask_parcel_out" && step.step !== "open") || step.compartment !== compartment)
        return;
      const purpose = step.step === "ask_parcel_out" ? "retrieve" : step.purpose;
      if (reason !== undefined) show({ step: "reported", purpose, compartment, reason }, idle);
      else if (step.step !== "open") {
        const parcels = inside(compartment);
        show({ step: "done", purpose, compartment, isStored, reopenUntil: null, isStillInside: false, parcels }, idle);
      }
    },
    follow(news: DoorNews): void {
      if (news.kind === "settled") {
        const { compartment, purpose } = news.intent;
        if (news.outcome.outcome === "opened")
          show({
            step: "open",
            purpose,
            compartment,
            openedAt: now().toISOString(),
            isLeftOpen: false,
            said: null,
            parcels: inside(compartment),
          });
        else idle();
      } else if (news.kind === "closed") {
        const content = store.contents.of(news.compartment);
        const isShown = step.step === "open" && step.compartment === news.compartment;
        if (content?.state === "reserved" && isShown && step.step === "open" && step.said !== null)
          mistaken(news.compartment, depositOf(content), step.said);
        else if (content?.state === "reserved") ask(news.compartment, depositOf(content));
        else if (content?.state === "retrieving") askOut(news.compartment);
        else if (isShown && step.step === "open") {
          const { compartment } = news;
          const reopen = store.reopens.of(compartment);
          const reopenUntil = reopen && !reopen.isUsed ? reopen.until : null;
          const isStillInside = content?.state === "unsure";
          show(
            { step: "done", purpose: step.purpose, compartment, isStored: false, reopenUntil, isStillInside, parcels: step.parcels },
            idle,
          );
        } else changed();
      } else if (news.kind === "left_open" && step.step === "open" && step.compartment === news.compartment) {
        show({ ...step, isLeftOpen: true }, idle);
      } else changed();
    },
    /** After a restart: a visit whose door still stands open is shown, and what nobody has spoken for yet, in or out, is asked about again. */
    resume(openDoors: readonly number[]): void {
      const content = store.contents
        .all()
        .find(
          (c) =>
            (c.state === "reserved" || c.state === "collecting" || c.state === "retrieving") &&
            now().getTime() - new Date(c.since).getTime() < resumedMs,
        );
      if (content === undefined) return;
      const { compartment, state } = content;
      if (openDoors.includes(compartment)) {
        show({
          step: "open",
          purpose: state === "collecting" ? "collect" : state === "retrieving" ? "retrieve" : depositOf(content),
          compartment,
          openedAt: now().toISOString(),
          isLeftOpen: false,
          said: null,
          parcels: inside(compartment),
        });
      } else if (state === "reserved") ask(compartment, depositOf(content));
      else if (state === "retrieving") askOut(compartment);
    },
    stop: (): void => cancel(),
  };
}
const depositOf = ({ deposit, isReturn }: Content): Depositing => (deposit !== null ? "bring" : isReturn ? "return" : "deliver");
export type Screen = ReturnType<typeof screen>;
