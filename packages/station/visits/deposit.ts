import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Content } from "../store/contents.ts";
import type { Store } from "../store/store.ts";
import type { Effects } from "./effects.ts";
import { mustOpen, obstacleOf } from "./opening.ts";
import type { Screen } from "./screen.ts";

/** A walk-up's token lives so long, as the core's do. Milliseconds. */
const walkUpMs = 7 * 24 * 3_600_000;

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly now: Now;
  readonly newId: NewId;
}

/** Parcels going in: walk-ups, and the depositor's word about any deposit. */
export function deposits({ store, cabinet, doors, screen, effects, now, newId }: Needs) {
  /** Codes of walk-ups not yet confirmed. Only here, never on disk; after a restart another code is minted. */
  const codes = new Map<string, string>();

  /** A compartment of exactly this size, by the core's choice; its door opens. */
  async function bring(size: string): Promise<void> {
    const { locker, permits } = cabinet;
    if (!permits.deposits) throw new Refused("suspended", "This station takes no parcels at present.");
    const { compartmentId, tokenCode } = locker.depositPackage(
      size,
      (c) => cabinet.isForWalkUps(Number(c.getId())) && doors.isClosed(Number(c.getId())),
    );
    const compartment = Number(compartmentId);
    const codeHash = cabinet.keyOf(tokenCode);
    const obstacle = obstacleOf(doors, compartment);
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
    };
    const outcome = await doors.open({ id: intent, compartment, purpose: "bring", cause: { kind: "walk_up", deposit } }, () =>
      store.contents.put(content),
    );
    mustOpen(outcome, compartment);
  }

  /** The depositor's word that it is in: durable before anybody says thank you (I-25). Answers a walk-up's code. `also` joins the transaction. */
  function confirm(content: Content, actor: string, also = (): void => {}): { readonly code?: string; readonly expiresAt?: string } {
    const at = now();
    const { compartment, parcel, deposit } = content;
    if (parcel !== null) {
      cabinet.change(() => {
        also();
        store.contents.put({ ...content, state: "stored", since: at.toISOString() });
        store.contents.unspend(parcel);
        store.journal.append({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor }, at);
        cabinet.activate(compartment, parcel);
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
      return code;
    });
    codes.delete(deposit!);
    return { code, expiresAt };
  }

  /** The depositor's word that nothing is in: the compartment is free again. `also` joins the transaction. */
  function abandon(content: Content, actor: string, also = (): void => {}): void {
    const { compartment, parcel, deposit, codeHash } = content;
    cabinet.change((locker) => {
      also();
      store.journal.append(
        parcel !== null
          ? { type: "deposit_abandoned", compartment, parcel, actor }
          : { type: "walk_up_abandoned", compartment, deposit: deposit! },
        now(),
      );
      if (codeHash !== null) locker.revoke(codeHash);
      effects.free(compartment);
    });
    if (deposit !== null) codes.delete(deposit);
  }

  return {
    bring,
    confirm,
    abandon,
    /** The answer given on the kiosk's screen. */
    answer(isParcelIn: boolean): void {
      const { step } = screen;
      const content = step.step === "ask_parcel_in" ? store.contents.of(step.compartment) : undefined;
      if (step.step !== "ask_parcel_in" || content?.state !== "reserved" || !doors.isClosed(step.compartment))
        throw new Refused("nothing_to_answer", "There is no deposit to answer for.");
      const shown = isParcelIn ? confirm(content, "kiosk") : (abandon(content, "kiosk"), {});
      screen.done({ purpose: step.purpose, compartment: step.compartment, isStored: isParcelIn, ...shown });
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
      });
      codes.delete(deposit);
    },
  };
}
export type Deposits = ReturnType<typeof deposits>;
