import type { Now } from "@pigeonhole/kit/clock";
import { digits, type Random } from "@pigeonhole/kit/random";
import type { Carried } from "@pigeonhole/protocol/carried";
import { codeDigits, codeHash, stationFirstDigit } from "@pigeonhole/protocol/codes";
import type { Inspected } from "@pigeonhole/protocol/inspected";
import { sizes, type Desired } from "@pigeonhole/protocol/messages";
import { standingNumber } from "@pigeonhole/protocol/standing";
import { narrowest, openToAll, permitsOf, type Permits } from "@pigeonhole/protocol/service";
import { Compartment } from "../core/compartment.ts";
import { Locker } from "../core/locker.ts";
import { isCaughtUp, withTold } from "../phones/told.ts";
import type { Store } from "../store/store.ts";

/** A token without an expiry of its own: the backend sets one when it hears of the deposit. */
const farFuture = new Date(8_640_000_000_000_000);

interface Needs {
  readonly store: Store;
  readonly station: string;
  readonly codeKey: Buffer;
  readonly now: Now;
  /** What time it is at least: a code that is known here ends when that is certain (G-22). */
  readonly least: Now;
  readonly random: Random;
  /** What the station itself still does: its enclosure, its power. */
  readonly own?: () => Permits;
}

/**
 * The cabinet as the station knows it: the core's Locker, filled from the durable store, and the wishes of the backend. Every change goes
 * through `change`: the Locker decides, the store makes it durable, and when either refuses the Locker is filled anew.
 */
export function cabinet({ store, station, codeKey, now, least, random, own = () => openToAll }: Needs) {
  const keyOf = (code: string): string => codeHash(codeKey, station, code);
  let plan = store.desired.get();
  let desired = current();
  let locker = fill();

  /** The backend's wishes with what phones have told since. */
  function current(): Desired | null {
    return plan && withTold(plan, store.told.all());
  }

  function fill(): Locker {
    const contents = store.contents.all();
    const known = desired?.compartments ?? [];
    // A compartment that the backend no longer names but in which something lies stays one of ours.
    const orphans = contents.filter((c) => !known.some((k) => k.compartment === c.compartment));
    const compartments = [
      ...known.map((k) => new Compartment(String(k.compartment), k.size)),
      ...orphans.map((c) => new Compartment(String(c.compartment), "unknown")),
    ];
    const filled = new Locker(compartments, { now: least, keyOf, newCode: () => digits(random, codeDigits, stationFirstDigit), sizes });
    for (const c of contents) {
      // Another one lies there already, for the same person.
      if (filled.isOccupied(String(c.compartment))) continue;
      const isLive = c.deposit !== null && c.codeHash !== null && c.state === "stored";
      filled.depositInto(String(c.compartment), isLive ? c.codeHash : null, c.expiresAt === null ? farFuture : new Date(c.expiresAt));
    }
    for (const c of contents)
      if (c.parcel !== null && (c.state === "stored" || c.state === "unsure")) addGrants(filled, c.compartment, c.parcel);
    return filled;
  }

  function addGrants(to: Locker, compartment: number, parcel: string): void {
    for (const grant of desired?.grants ?? []) {
      if (grant.kind !== "pickup" || grant.parcel !== parcel || grant.codeHash === null || store.contents.isSpent(grant.id)) continue;
      // Two grants with one code would be the backend's mistake; the first keeps it, and the cabinet goes on.
      if (!to.isLive(grant.codeHash))
        // Its end is judged by rights/decide.ts, which knows of the clock's doubts and of a backend out of reach; here it counts as used or not.
        to.addToken(String(compartment), grant.codeHash, farFuture);
    }
  }

  /** The word of somebody who has looked. What happened since then is not settled by it. */
  function inspected({ compartment, seq, isEmpty }: Inspected): void {
    const quarantined = store.quarantine.of(compartment);
    if (quarantined === undefined || quarantined.seq > seq) return;
    store.quarantine.remove(compartment);
    for (const content of store.contents.allOf(compartment)) {
      if (isEmpty && content.state !== "collecting" && content.state !== "retrieving") store.contents.remove(content);
      else if (!isEmpty && content.state === "unsure") store.contents.put({ ...content, state: "stored" });
    }
    store.journal.append({ type: "compartment_cleared", compartment, isEmpty }, now());
  }
  const permits = (): Permits => narrowest(permitsOf(desired?.service ?? { state: "suspended", reason: "preparation" }), own());

  return {
    keyOf,
    /** The other parcels of the same person that may lie in one compartment with this one (N5). */
    mates: (parcel: string): readonly string[] => [
      ...new Set((desired?.grants ?? []).flatMap((grant) => (grant.parcel === parcel && grant.beside) || [])),
    ],
    /** The number on the start screen, which a phone asks of whoever wants to open a door from it. */
    standing: (): string => standingNumber(codeKey, station, now()),
    get desired(): Desired | null {
      return desired;
    },
    /** What this station may do, by the backend's word and by its own; before the first word, nothing. */
    get permits(): Permits {
      return permits();
    },
    get locker(): Locker {
      return locker;
    },
    /** One durable change; what runs inside may use the Locker and the store, and must not wait for anything. */
    change<T>(run: (locker: Locker) => T): T {
      try {
        return store.change(() => run(locker));
      } catch (error) {
        locker = fill();
        throw error;
      }
    },
    /** Inside `change`: the parcel lies in the compartment now, so its pick-up codes work. */
    activate(compartment: number, parcel: string): void {
      addGrants(locker, compartment, parcel);
    },
    /** Inside `change`: another code for a walk-up whose first one was lost with a restart before anybody read it. */
    mint(compartment: number, oldHash: string | null, expiresAt: Date): string {
      if (oldHash !== null) locker.revoke(oldHash);
      for (;;) {
        const code = digits(random, codeDigits, stationFirstDigit);
        if (locker.isLive(keyOf(code)) || store.contents.isCodeSpent(keyOf(code))) continue;
        locker.addToken(String(compartment), keyOf(code), expiresAt);
        return code;
      }
    },
    /** A phone has told how a right stands (F4). The caller has verified and weighed it; `also` joins the transaction. */
    hear(carried: Carried, also: () => void): void {
      store.change(() => {
        store.told.put(carried);
        also();
      });
      desired = current();
      locker = fill();
    },
    /** Puts a newer desired document in place of the last one. The caller has verified it. */
    apply(next: Desired): void {
      store.change(() => {
        store.desired.set(next);
        for (const each of store.told.all()) if (isCaughtUp(next, each)) store.told.remove(each.grant.id);
        for (const grant of next.grants) {
          // After a loss of the store the backend knows what lies here. A right that is used, a parcel that has left, or a taken compartment is not filled again.
          const isNews =
            grant.kind === "pickup" &&
            grant.state === "active" &&
            !store.contents.ofParcel(grant.parcel) &&
            store.contents.allOf(grant.compartment).every(({ parcel }) => parcel !== null && grant.beside?.includes(parcel));
          if (!isNews || store.contents.isSpent(grant.id) || store.contents.isSpent(grant.parcel)) continue;
          store.contents.put({
            compartment: grant.compartment,
            state: "stored",
            parcel: grant.parcel,
            deposit: null,
            codeHash: null,
            expiresAt: null,
            actor: "backend",
            intent: grant.id,
            takenBy: null,
            since: now().toISOString(),
            isReturn: false,
          });
        }
        for (const inspection of next.inspected) inspected(inspection);
      });
      plan = next;
      desired = current();
      locker = fill();
    },
    /**
     * Whether a walk-up may go there: given to this station, in service, nothing known inside (the Locker's own set is asked besides), nothing
     * doubtful, and nobody who may still come back to it.
     */
    isForWalkUps(compartment: number): boolean {
      const reopen = store.reopens.of(compartment);
      if (store.quarantine.has(compartment) || (reopen && now() < new Date(reopen.until))) return false;
      const inService = desired?.compartments.some((c) => c.compartment === compartment && c.state === "in_service") ?? false;
      return (
        inService && permits().deposits && (desired?.walkUp.includes(compartment) ?? false) && store.contents.of(compartment) === undefined
      );
    },
  };
}
export type Cabinet = ReturnType<typeof cabinet>;
