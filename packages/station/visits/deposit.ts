import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import type { Cause } from "@pigeonhole/protocol/messages";
import { quarantineOf, type DepositReason } from "@pigeonhole/protocol/reasons";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Content } from "../store/contents.ts";
import type { Store } from "../store/store.ts";
import type { Effects } from "./effects.ts";
import { fullLog, mustOpen, obstacleOf } from "./opening.ts";
import type { Screen } from "./screen.ts";
import type { UntoldCode } from "./untold.ts";

/** A walk-up's token lives so long, as the core's do. Milliseconds. */
const walkUpMs = 7 * 24 * 3_600_000;

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly untold: UntoldCode;
  readonly now: Now;
  readonly newId: NewId;
}

/** Whose word it is, what it rests on, and what else becomes durable with it. */
interface Word {
  readonly actor: string;
  readonly evidence?: "depositor" | "sensor";
  readonly also?: () => void;
}
/** What was wrong, and the compartment that is given in its place. */
interface Why {
  readonly reason?: DepositReason | undefined;
  readonly instead?: number | undefined;
}

/** Parcels going in: walk-ups, and the depositor's word about any deposit. */
export function deposits({ store, cabinet, doors, screen, effects, untold, now, newId }: Needs) {
  /** Codes of walk-ups not yet confirmed. Only here, never on disk; after a restart another code is minted. From the deposit on `untold` has it. */
  const codes = new Map<string, string>();
  let unwatch = (): void => {};

  /** A compartment of exactly this size, by the core's choice; its door opens. `instead`: of one that could not be used, in the same visit. */
  async function bring(size: string, instead?: { readonly of: number; readonly take: number }): Promise<void> {
    const { locker, permits } = cabinet;
    if (!permits.deposits) throw new Refused("suspended", "This station takes no parcels at present.");
    const { compartmentId, tokenCode } = locker.depositPackage(size, (c) => {
      const number = Number(c.getId());
      return cabinet.isForWalkUps(number) && doors.isClosed(number) && (instead === undefined || instead.take === number);
    });
    const compartment = Number(compartmentId);
    const codeHash = cabinet.keyOf(tokenCode);
    const obstacle = store.journal.room() === "full" ? fullLog() : obstacleOf(doors, compartment);
    if (obstacle) {
      locker.revoke(codeHash);
      locker.release(compartmentId);
      throw obstacle;
    }
    const [intent, deposit, at] = [newId(), newId(), now()];
    codes.clear();
    codes.set(deposit, tokenCode);
    screen.working();
    const content: Content = {
      compartment,
      state: "reserved",
      parcel: null,
      deposit,
      codeHash,
      expiresAt: new Date(at.getTime() + walkUpMs).toISOString(),
      actor: "kiosk",
      intent,
      takenBy: null,
      since: at.toISOString(),
      isReturn: false,
    };
    const cause: Cause = instead ? { kind: "instead", of: instead.of, parcel: null, deposit } : { kind: "walk_up", deposit };
    const outcome = await doors.open({ id: intent, compartment, purpose: "bring", cause }, () => store.contents.put(content));
    mustOpen(outcome, compartment);
  }

  /**
   * It is in, by the depositor's word or a sensor's: durable before anybody says thank you (I-25). Answers a walk-up's code. `also` joins the
   * transaction. A word that a sensor contradicts counts, and somebody looks.
   */
  function confirm(
    content: Content,
    { actor, evidence = "depositor", also = () => {} }: Word,
  ): { readonly code?: string; readonly expiresAt?: string } {
    const at = now();
    const { compartment, parcel, deposit } = content;
    const isDoubted = doors.occupied(compartment) === false;
    if (parcel !== null) {
      cabinet.change(() => {
        also();
        store.contents.put({ ...content, state: "stored", takenBy: null, since: at.toISOString() });
        store.contents.unspend(parcel);
        if (content.isReturn)
          store.journal.append({ type: "return_deposited", compartment, parcel, grant: content.takenBy!, evidence, actor }, at);
        else {
          store.journal.append({ type: "parcel_deposited", compartment, parcel, evidence, actor }, at);
          cabinet.activate(compartment, parcel);
        }
        if (isDoubted) effects.quarantine(compartment, "nothing_inside", at);
      });
      return {};
    }
    const expires = new Date(at.getTime() + walkUpMs);
    const expiresAt = expires.toISOString();
    const code = cabinet.change((locker) => {
      also();
      const known = codes.get(deposit!);
      const code = known ?? cabinet.mint(compartment, content.codeHash, expires);
      const codeHash = cabinet.keyOf(code);
      if (known !== undefined) {
        locker.revoke(codeHash);
        locker.addToken(String(compartment), codeHash, expires);
      }
      store.contents.put({ ...content, state: "stored", codeHash, expiresAt, since: at.toISOString() });
      const size = cabinet.desired!.compartments.find((c) => c.compartment === compartment)!.size;
      store.journal.append({ type: "walk_up_deposited", compartment, deposit: deposit!, size, expiresAt }, at);
      if (isDoubted) effects.quarantine(compartment, "nothing_inside", at);
      untold.keep({ deposit: deposit!, compartment, code, expiresAt });
      return code;
    });
    codes.delete(deposit!);
    return { code, expiresAt };
  }

  /**
   * The depositor's word that the parcel is not in, and why: the right to put it in is whole, and the compartment free, unless what is wrong
   * with it is somebody's to look into. `also` joins the transaction.
   */
  function abandon(content: Content, { actor, reason, instead, also = () => {} }: Word & Why): void {
    const { compartment, parcel, deposit, codeHash, takenBy } = content;
    const why = { ...(reason && { reason }), ...(instead !== undefined && { instead }) };
    cabinet.change((locker) => {
      also();
      if (takenBy !== null) store.contents.unspend(takenBy);
      store.journal.append(
        parcel !== null
          ? { type: "deposit_abandoned", compartment, parcel, actor, ...why }
          : { type: "walk_up_abandoned", compartment, deposit: deposit!, ...(reason && { reason }) },
        now(),
      );
      if (codeHash !== null) locker.revoke(codeHash);
      effects.free(content);
      // Beside another parcel of the same person the compartment is not empty, and need not be (N5).
      const isShared = store.contents.of(compartment) !== undefined;
      const due = reason === undefined || (isShared && reason === "not_empty") ? undefined : quarantineOf(reason);
      if (due !== undefined) effects.quarantine(compartment, due, now());
      else if (doors.occupied(compartment) === true && !isShared) effects.quarantine(compartment, "goods_inside", now());
    });
    if (deposit !== null) codes.delete(deposit);
  }

  /** "I put the wrong one in": the word that it was in is taken back. The compartment stays this parcel's, and its pick-up codes wait again (I-28). */
  function takeBack(content: Content, { actor, also = () => {} }: Word): void {
    const { compartment, parcel } = content;
    cabinet.change(() => {
      also();
      store.contents.put({ ...content, state: "reserved", takenBy: null, since: now().toISOString() });
      store.journal.append({ type: "deposit_abandoned", compartment, parcel: parcel!, actor, reason: "wrong_parcel" }, now());
    });
  }

  return {
    bring,
    confirm,
    abandon,
    takeBack,
    /** After a start, when the screen shows what else there is: a code that its depositor has not read is shown again. */
    resume(): void {
      const kept = untold.waiting();
      const content = kept && store.contents.of(kept.compartment);
      if (kept && content?.state === "stored" && content.deposit === kept.deposit && screen.step.step === "idle") {
        const { compartment, code, expiresAt } = kept;
        screen.done({ purpose: "bring", compartment, isStored: true, code, expiresAt });
      } else untold.forget();
      // Whoever leaves the screen, or lets it lapse, has read it.
      unwatch = screen.watch(() => {
        if (screen.step.step !== "done" && screen.step.step !== "ask_parcel_in") untold.forget();
      });
    },
    stop: (): void => unwatch(),
    /** The answer given on the kiosk's screen. */
    answer(isParcelIn: boolean): void {
      const { step } = screen;
      const content = step.step === "ask_parcel_in" ? store.contents.of(step.compartment) : undefined;
      if (step.step !== "ask_parcel_in" || content?.state !== "reserved" || !doors.isClosed(step.compartment))
        throw new Refused("nothing_to_answer", "There is no deposit to answer for.");
      const shown = isParcelIn ? confirm(content, { actor: "kiosk" }) : (abandon(content, { actor: "kiosk" }), {});
      screen.done({ purpose: step.purpose, compartment: step.compartment, isStored: isParcelIn, ...shown });
    },
    /** The door has closed and a sensor sees the parcel: nobody has to be asked (A4.2). */
    sensed(compartment: number): void {
      const content = store.contents.of(compartment);
      const { step } = screen;
      // Beside another one a sensor sees something in any case: the depositor is asked.
      const isAlone = store.contents.allOf(compartment).length === 1;
      if (content?.state !== "reserved" || !isAlone || doors.occupied(compartment) !== true) return;
      const shown = confirm(content, { actor: "kiosk", evidence: "sensor" });
      if (step.step === "ask_parcel_in" && step.compartment === compartment)
        screen.done({ purpose: step.purpose, compartment, isStored: true, ...shown });
    },
    /**
     * Walk-ups whose time is surely over. A station that answers for itself may be told to give their boxes away (A8.1): nobody comes to empty them
     * but the next one who opens. Where a sensor still sees goods, somebody looks first (I-11).
     */
    freeExpired(least: Date): void {
      for (const content of store.contents.all()) {
        const { compartment, deposit, codeHash, expiresAt, state } = content;
        if (deposit === null || state !== "stored" || expiresAt === null || least < new Date(expiresAt)) continue;
        cabinet.change((locker) => {
          if (codeHash !== null) locker.revoke(codeHash);
          store.contents.spend(deposit, codeHash, now());
          store.journal.append({ type: "walk_up_abandoned", compartment, deposit }, now());
          effects.free(content);
          if (doors.occupied(compartment) === true) effects.quarantine(compartment, "goods_inside", now());
        });
      }
    },
    /**
     * Nobody answered. A courier can still do so in the app. A walk-up's depositor has gone without a code: whether something is in there
     * is not guessed (I-29), staff looks.
     */
    unanswered(compartment: number): void {
      const content = store.contents.of(compartment);
      if (content?.state !== "reserved" || content.deposit === null) return;
      const { deposit, codeHash } = content;
      cabinet.change((locker) => {
        store.contents.put({ ...content, state: "unsure" });
        if (codeHash !== null) locker.revoke(codeHash);
        store.journal.append({ type: "walk_up_abandoned", compartment, deposit }, now());
        effects.quarantine(compartment, "unanswered", now());
      });
      codes.delete(deposit);
    },
  };
}
export type Deposits = ReturnType<typeof deposits>;
