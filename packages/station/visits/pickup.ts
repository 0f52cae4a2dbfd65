import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import { codeDigits, stationFirstDigit } from "@pigeonhole/protocol/codes";
import type { PinnedKeys } from "@pigeonhole/protocol/envelope";
import type { Answer, Ask, Cause, Grant } from "@pigeonhole/protocol/messages";
import { readQr } from "@pigeonhole/protocol/qr";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Purpose } from "../kiosk/contract.ts";
import { atMost } from "../rights/at-most.ts";
import {
  decideCode,
  decideQr,
  isTakingOut,
  together,
  type Decision,
  type Known,
  type Moment,
  type Reason,
  type Right,
} from "../rights/decide.ts";
import { attempt, firingLadder, freeAtMs, giveBack, keypadLadder } from "../rights/limiter.ts";
import type { Store } from "../store/store.ts";
import type { StationClock } from "../time/station-clock.ts";
import type { Effects } from "./effects.ts";
import { fullLog, mustOpen, obstacleOf } from "./opening.ts";
import type { Reopens } from "./reopen.ts";
import type { Screen } from "./screen.ts";

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly reopens: Reopens;
  readonly station: string;
  readonly signingKeys: PinnedKeys;
  /** Asks the backend; null when it did not answer in time, and at once while the link is known to be down. */
  readonly ask: (question: Omit<Ask, "id" | "at">) => Promise<Answer | null>;
  readonly clock: StationClock;
  /** Until when the backend was in reach; undefined while it is. */
  readonly heard: () => Date | undefined;
  readonly now: Now;
  readonly newId: NewId;
}

const keypad = "keypad";
/** Anybody can hold anything before the scanner: so many refusals a minute are recorded. */
const recordedRefusalsPerMinute = 20;
const kioskCode = {
  wrong: ["wrong_code", "No parcel here has this code."],
  used: ["code_used", "This code has been used already."],
  expired: ["code_expired", "This code has expired."],
  not_yet: ["not_yet", "Your parcel has not arrived yet."],
  replaced: ["code_replaced", "A newer code has been sent; this one no longer works."],
  revoked: ["code_revoked", "This code has been withdrawn."],
  held: ["held", "Something is missing before this door opens."],
  not_ours: ["not_ours", "This code belongs to another station."],
  blocked: ["out_of_service", "This compartment takes nothing now. Please call us."],
} as const satisfies Record<Reason, readonly [string, string]>;

const purposeOf = { pickup: "collect", dropoff: "deliver", return: "return", collection: "retrieve" } as const satisfies Record<
  string,
  Purpose
>;

/** A typed code or a scanned right becomes an open door, or a reason why not: parcels going out, a courier's going in, returns. */
export function pickups({ store, cabinet, doors, screen, effects, reopens, station, signingKeys, ask, clock, heard, now, newId }: Needs) {
  let toldLockOutUntilMs = 0;
  let stuck: { readonly compartment: number; readonly purpose: Purpose } | undefined;
  const mayRecord = atMost(recordedRefusalsPerMinute, now);

  const known = (): Known => ({
    desired: cabinet.desired,
    contents: store.contents,
    isBlocked: (compartment) =>
      store.quarantine.has(compartment) || cabinet.desired?.compartments.find((c) => c.compartment === compartment)?.state !== "in_service",
  });
  const moment = (): Moment => ({ now: now(), least: clock.least(), heard: heard() });

  /** Counts an attempt durably before anything is compared (I-34). The returned function gives it back. */
  function count(bucket: string, by: "code" | "qr"): () => void {
    const nowMs = now().getTime();
    const before = store.limiters.get(bucket);
    const ladder = bucket === keypad ? keypadLadder : firingLadder;
    const counted = attempt(before, nowMs, ladder);
    if (counted === null) {
      const freeMs = freeAtMs(before, nowMs, ladder);
      if (freeMs !== toldLockOutUntilMs) {
        // One entry per lock-out: whoever hammers on the keys does not fill the log.
        toldLockOutUntilMs = freeMs;
        store.change(() => store.journal.append({ type: "code_refused", reason: "too_many", by }, now()));
      }
      throw new Refused("too_many_attempts", "Too many wrong codes. Please wait; scanning your code works now.", {
        freeAt: new Date(freeMs).toISOString(),
        retryAfterSeconds: Math.ceil((freeMs - nowMs) / 1_000),
      });
    }
    store.change(() => store.limiters.put(bucket, counted));
    return () => store.change(() => store.limiters.put(bucket, giveBack(store.limiters.get(bucket) ?? counted)));
  }

  async function byCode(text: string): Promise<void> {
    const forgive = count(keypad, "code");
    const code = text.replaceAll(/\s/g, "");
    // A code of another form is as wrong as any, and costs the same attempt.
    const codeHash = cabinet.keyOf(code);
    const isOurs = code.startsWith(stationFirstDigit) || code.length !== codeDigits || !/^[0-9]+$/.test(code);
    const before = decideCode(known(), codeHash, moment());
    refuseHindered(before, forgive);
    if (isHeld(before)) return obey(before, "code", "station", forgive);
    const answer = isOurs ? null : await asking({ codeHash, grant: null, generation: null });
    // Decided after the answer, in one turn with the opening: meanwhile somebody else may have used the same code.
    const decision = together(decideCode(known(), codeHash, moment()), answer);
    const again = isUsed(decision) ? reopens.ofRight({ codeHash }) : undefined;
    if (again) forgive();
    if (again) return reopens.open(again);
    await obey(decision, "code", answer === null ? "station" : "backend", forgive);
  }

  async function byQr(text: string): Promise<void> {
    const right = readQr(text.trim(), signingKeys);
    if (!right) {
      // A scanner may read a code in digits: then it is a typed code, and counts as one.
      if (/^[0-9\s]+$/.test(text)) return byCode(text);
      return obey({ refused: "wrong", compartment: null }, "qr", "station", () => {});
    }
    // Nobody guesses a signature: only the very right that was presented is counted, so that a dead one held up again and again locks out no other.
    const forgive = right.station === station ? count(`right:${right.grant}`, "qr") : () => {};
    const before = decideQr(known(), right, station, moment());
    refuseHindered(before, forgive);
    if (isHeld(before)) return obey(before, "qr", "station", forgive);
    const answer = right.station === station ? await asking({ codeHash: null, grant: right.grant, generation: right.generation }) : null;
    const decision = together(decideQr(known(), right, station, moment()), answer);
    const again = isUsed(decision) ? reopens.ofRight({ grant: right.grant }) : undefined;
    if (again) forgive();
    if (again) return reopens.open(again);
    await obey(decision, "qr", answer === null ? "station" : "backend", forgive);
  }

  /** What keeps the door shut for a right that is good. */
  function hindrance(right: Right): Refused | null {
    const isDeposit = right.kind === "grant" && !isTakingOut(right.grant);
    if (!(isDeposit ? cabinet.permits.deposits : cabinet.permits.pickups))
      return new Refused("suspended", "This station does not serve at present. Your code stays good.");
    return isDeposit && store.journal.room() === "full" ? fullLog() : (obstacleOf(doors, right.compartment) ?? null);
  }

  /** Before the backend is asked: whoever stands before a door that cannot be opened now is told so at once, and it costs them nothing (I-73). */
  function refuseHindered(decision: Decision, forgive: () => void): void {
    const hindered = "granted" in decision ? hindrance(decision.granted) : null;
    if (!hindered) return;
    forgive();
    throw hindered;
  }

  async function asking(question: Omit<Ask, "id" | "at">): Promise<Answer | null> {
    // While a door moves or a question is open the screen stays as it is.
    if (screen.step.step === "idle" || screen.step.step === "done") screen.working();
    return ask(question);
  }

  async function obey(decision: Decision, by: "code" | "qr", decided: "backend" | "station", forgive: () => void): Promise<void> {
    if ("refused" in decision) {
      if (screen.step.step === "working") screen.idle();
      if (mayRecord()) store.change(() => store.journal.append({ type: "code_refused", reason: decision.refused, by }, now()));
      const [code, sentence] = kioskCode[decision.refused];
      // Whoever has the right code guesses nothing.
      if (decision.missing) forgive();
      throw new Refused(code, sentence, decision.missing && { missing: decision.missing });
    }
    const right = decision.granted;
    // A right that is good costs nothing. Firing is counted per compartment: what is fired again and again burns its coil (A6.5).
    forgive();
    try {
      const hindered = hindrance(right);
      if (hindered) throw hindered;
      const unfire = count(`compartment:${right.compartment}`, by);
      await open(right, by, decided);
      unfire();
    } catch (error) {
      if (screen.step.step === "working") screen.idle();
      throw error;
    }
  }

  async function open(right: Right, by: "code" | "qr", decided: "backend" | "station"): Promise<void> {
    const { compartment } = right;
    const id = newId();
    const purpose: Purpose = right.kind === "grant" ? purposeOf[right.grant.kind] : "collect";
    const cause: Cause =
      right.kind === "grant"
        ? { kind: "grant", grant: right.grant.id, parcel: right.grant.parcel, by, decided, ...besideOf(right.grant, compartment) }
        : { kind: "walk_up", deposit: right.deposit };
    screen.working();
    const outcome = await doors.open({ id, compartment, purpose, cause }, () => {
      const at = now();
      const codeHash = right.kind === "grant" ? right.grant.codeHash : right.codeHash;
      // The core has the last word: it knows the key, once, and its expiry. It is used up before the lock is fired (I-14).
      if (codeHash !== null && purpose === "collect") cabinet.locker.redeem(codeHash);
      store.contents.spend(right.kind === "grant" ? right.grant.id : right.deposit, codeHash, at);
      const isIncoming = purpose === "deliver" || purpose === "return";
      if (isIncoming && right.kind === "grant" && !store.contents.ofParcel(right.grant.parcel))
        effects.reserve({ id, compartment, purpose, cause, at: at.toISOString(), outcome: null }, at);
    });
    stuck = outcome.outcome === "opened" ? undefined : { compartment, purpose };
    mustOpen(outcome, compartment);
  }

  /** What a pick-up gives out besides, and lies there (N5). */
  function besideOf({ kind, beside = [] }: Grant, compartment: number): Pick<Extract<Cause, { kind: "grant" }>, "beside"> {
    const parcels = store.contents.allOf(compartment).flatMap(({ parcel }) => (parcel !== null && beside.includes(parcel) ? parcel : []));
    return kind === "pickup" && parcels.length > 0 ? { beside: parcels } : {};
  }

  return {
    byCode,
    byQr,
    /** The door that did not open for the right that was presented last; whoever presented it may report that. */
    stuck: () => stuck,
    /** From when on the keypad may be used; null when it may be used now. */
    keypadFreeAt(): Date | null {
      const nowMs = now().getTime();
      const freeMs = freeAtMs(store.limiters.get(keypad), nowMs);
      return freeMs > nowMs ? new Date(freeMs) : null;
    },
  };
}
/** The backend is not asked then: what it answers is not signed, and ends nothing. */
const isHeld = (decision: Decision): boolean => "refused" in decision && decision.refused === "held";
const isUsed = (decision: Decision): boolean => "refused" in decision && decision.refused === "used";
export type Pickups = ReturnType<typeof pickups>;
