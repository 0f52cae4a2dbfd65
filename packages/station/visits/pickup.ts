import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import { codeDigits, stationFirstDigit } from "@pigeonhole/protocol/codes";
import type { PinnedKeys } from "@pigeonhole/protocol/envelope";
import type { Answer, Ask, Cause } from "@pigeonhole/protocol/messages";
import { readQr } from "@pigeonhole/protocol/qr";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Purpose } from "../kiosk/contract.ts";
import { atMost } from "../rights/at-most.ts";
import { decideCode, decideQr, together, type Decision, type Reason, type Right } from "../rights/decide.ts";
import { attempt, freeAtMs, giveBack } from "../rights/limiter.ts";
import type { Store } from "../store/store.ts";
import type { Effects } from "./effects.ts";
import { mustOpen, obstacleOf } from "./opening.ts";
import type { Screen } from "./screen.ts";

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly station: string;
  readonly signingKeys: PinnedKeys;
  /** Asks the backend; null when it did not answer in time, and at once while the link is known to be down. */
  readonly ask: (question: Omit<Ask, "id" | "at">) => Promise<Answer | null>;
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
  not_ours: ["not_ours", "This code belongs to another station."],
} as const satisfies Record<Reason, readonly [string, string]>;

/** Parcels going out: a typed code or a scanned right becomes an open door, or a reason why not. */
export function pickups({ store, cabinet, doors, screen, effects, station, signingKeys, ask, now, newId }: Needs) {
  let toldLockOutUntilMs = 0;
  const mayRecord = atMost(recordedRefusalsPerMinute, now);

  /** Counts an attempt durably before anything is compared (I-34). The returned function gives it back. */
  function count(bucket: string, by: "code" | "qr"): () => void {
    const nowMs = now().getTime();
    const before = store.limiters.get(bucket);
    const counted = attempt(before, nowMs);
    if (counted === null) {
      const freeMs = freeAtMs(before, nowMs);
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
    const answer = isOurs ? null : await asking({ codeHash, grant: null, generation: null });
    // Decided after the answer, in one turn with the opening: meanwhile somebody else may have used the same code.
    const decision = together(decideCode({ desired: cabinet.desired, contents: store.contents }, codeHash, now()), answer);
    await obey(decision, "code", answer === null ? "station" : "backend", forgive);
  }

  async function byQr(text: string): Promise<void> {
    const right = readQr(text.trim(), signingKeys);
    if (!right) {
      // A scanner may read a code in digits: then it is a typed code, and counts as one.
      if (/^[0-9\s]+$/.test(text)) return byCode(text);
      return obey({ refused: "wrong", compartment: null }, "qr", "station", () => {});
    }
    const forgive = right.station === station ? count(`compartment:${right.compartment}`, "qr") : () => {};
    const answer = right.station === station ? await asking({ codeHash: null, grant: right.grant, generation: right.generation }) : null;
    const decision = together(decideQr({ desired: cabinet.desired, contents: store.contents }, right, station, now()), answer);
    await obey(decision, "qr", answer === null ? "station" : "backend", forgive);
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
      throw new Refused(code, sentence);
    }
    const right = decision.granted;
    const isDropOff = right.kind === "grant" && right.grant.kind === "dropoff";
    if (!(isDropOff ? cabinet.permits.deposits : cabinet.permits.pickups)) {
      // The code is right and stays so: it costs nothing.
      forgive();
      if (screen.step.step === "working") screen.idle();
      throw new Refused("suspended", "This station does not serve at present. Your code stays good.");
    }
    // A right code costs nothing at the keypad. Firing is counted per compartment: what is fired again and again burns its coil (A6.5).
    let unfire = forgive;
    if (by === "code") {
      forgive();
      unfire = count(`compartment:${right.compartment}`, by);
    }
    try {
      const obstacle = obstacleOf(doors, right.compartment);
      if (obstacle) unfire();
      if (obstacle) throw obstacle;
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
    const purpose: Purpose = right.kind === "grant" && right.grant.kind === "dropoff" ? "deliver" : "collect";
    const cause: Cause =
      right.kind === "grant"
        ? { kind: "grant", grant: right.grant.id, parcel: right.grant.parcel, by, decided }
        : { kind: "walk_up", deposit: right.deposit };
    screen.working();
    const outcome = await doors.open({ id, compartment, purpose, cause }, () => {
      const at = now();
      const codeHash = right.kind === "grant" ? right.grant.codeHash : right.codeHash;
      // The core has the last word: it knows the key, once, and its expiry. It is used up before the lock is fired (I-14).
      if (codeHash !== null && purpose === "collect") cabinet.locker.redeem(codeHash);
      store.contents.spend(right.kind === "grant" ? right.grant.id : right.deposit, codeHash, at);
      if (purpose === "deliver") effects.reserve({ id, compartment, purpose, cause, at: at.toISOString(), outcome: null }, at);
    });
    mustOpen(outcome, compartment);
  }

  return {
    byCode,
    byQr,
    /** From when on the keypad may be used; null when it may be used now. */
    keypadFreeAt(): Date | null {
      const nowMs = now().getTime();
      const freeMs = freeAtMs(store.limiters.get(keypad), nowMs);
      return freeMs > nowMs ? new Date(freeMs) : null;
    },
  };
}
export type Pickups = ReturnType<typeof pickups>;
