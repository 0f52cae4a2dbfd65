import type { QuarantineReason } from "@pigeonhole/protocol/reasons";
import type { Outcome } from "../doors/doors.ts";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Content } from "../store/contents.ts";
import type { Intent } from "../store/intents.ts";
import type { Store } from "../store/store.ts";

/** So long after a closing the same person may open the same door once more (F6). Milliseconds. */
export const reopenMs = 120_000;

/**
 * What an opened door, a failed opening and a closed door mean for what lies inside. Runs inside the transaction that records them, and
 * needs nothing but durable rows: after a crash the same code settles what was left.
 */
export function effects({ store, cabinet }: { readonly store: Store; readonly cabinet: Cabinet }) {
  const { contents, commands, journal } = store;

  function settled(intent: Intent, outcome: Outcome, at: Date): void {
    const { purpose, cause, compartment } = intent;
    if (cause.kind === "command") commands.settle(cause.command, outcome.outcome, outcome.outcome === "opened" ? null : outcome.reason, at);
    const content = contentOf(intent);
    if (purpose === "deliver" || purpose === "return") deliver(intent, outcome, content, at);
    if (purpose === "bring") bring(intent, outcome, content);
    if (purpose === "collect" || purpose === "retrieve")
      for (const each of [content, ...besideOf(intent)]) takeOut(intent, outcome, each, at);
    // What stays shut for one depositor stays shut for the next: others are given another one.
    const isDeposit = purpose === "deliver" || purpose === "return" || purpose === "bring";
    if (isDeposit && outcome.outcome === "refused" && outcome.reason === "door_stuck") quarantine(compartment, "will_not_open", at);
    const reopen = cause.kind === "reopen" && outcome.outcome === "refused" ? store.reopens.of(compartment) : undefined;
    if (reopen) store.reopens.put({ ...reopen, isUsed: false });
  }

  /** What an opening is about: its parcel, or, where it names none, whatever lies there. */
  function contentOf({ cause, compartment }: Intent): Content | undefined {
    const parcel = "parcel" in cause ? cause.parcel : null;
    if (parcel === null) return contents.of(compartment);
    const own = contents.ofParcel(parcel);
    return own?.compartment === compartment ? own : undefined;
  }

  /** The others that are given out with it (N5). */
  function besideOf({ cause, compartment }: Intent): readonly Content[] {
    const parcels = (cause.kind === "grant" || cause.kind === "command") && cause.beside ? cause.beside : [];
    return contents.allOf(compartment).filter(({ parcel }) => parcel !== null && parcels.includes(parcel));
  }

  function deliver(intent: Intent, { outcome }: Outcome, content: Content | undefined, at: Date): void {
    if (outcome === "opened" && !content) reserve(intent, at);
    // An earlier opening of the same drop-off keeps its reservation: the parcel may be in already.
    if (outcome === "refused" && content?.intent === intent.id) free(content);
    if (outcome !== "refused") return;
    if (intent.cause.kind === "grant") contents.unspend(intent.cause.grant);
    else if (intent.cause.kind === "instead" && content?.takenBy) contents.unspend(content.takenBy);
  }

  /** The compartment is taken from the moment that its lock may fire. Whoever was there before has no business there any more. */
  function reserve(intent: Intent, at: Date): void {
    const { cause, compartment, purpose } = intent;
    const parcel = cause.kind === "command" || cause.kind === "grant" ? cause.parcel : null;
    if (parcel === null) return;
    const actor = cause.kind === "command" ? cause.actor : "kiosk";
    store.reopens.remove(compartment);
    contents.put({
      compartment,
      state: "reserved",
      parcel,
      deposit: null,
      codeHash: null,
      expiresAt: null,
      actor,
      intent: intent.id,
      // The right by which it comes in: given back when nothing was left.
      takenBy: cause.kind === "grant" ? cause.grant : null,
      since: at.toISOString(),
      isReturn: purpose === "return",
    });
    if (!cabinet.locker.isOccupied(String(compartment))) cabinet.locker.depositInto(String(compartment), null, at);
  }

  function bring(intent: Intent, { outcome }: Outcome, content: Content | undefined): void {
    if (!content) return;
    if (outcome === "unknown") contents.put({ ...content, state: "unsure" });
    if (outcome === "opened" && content.state === "unsure") contents.put({ ...content, state: "reserved" });
    if (outcome !== "refused" || content.intent !== intent.id) return;
    if (content.codeHash !== null) cabinet.locker.revoke(content.codeHash);
    free(content);
  }

  function takeOut(intent: Intent, { outcome }: Outcome, content: Content | undefined, at: Date): void {
    if (!content) return;
    const right = rightOf(intent);
    if (outcome === "opened") {
      contents.put({
        ...content,
        state: intent.purpose === "retrieve" ? "retrieving" : "collecting",
        since: at.toISOString(),
        takenBy: intent.cause.kind === "grant" ? intent.cause.grant : intent.cause.kind === "reopen" ? content.takenBy : null,
      });
      if (right !== null) spend(content, right, at);
    }
    if (outcome === "unknown") contents.put({ ...content, state: "unsure" });
    // What an earlier opening may have let out already is for the courier to say.
    const isAsked = content.state === "retrieving" && intent.purpose === "retrieve";
    if (outcome === "refused" && intent.cause.kind !== "reopen" && !isAsked) {
      // The door is known to be shut: the right is whole again.
      if (right !== null) contents.unspend(right);
      contents.put({ ...content, state: "stored", takenBy: null });
      const { locker } = cabinet;
      if (content.parcel !== null) cabinet.activate(content.compartment, content.parcel);
      else if (content.codeHash !== null && !locker.isLive(content.codeHash))
        locker.addToken(String(content.compartment), content.codeHash, new Date(content.expiresAt!));
    }
  }

  /** The single use is durable, and the core no longer knows the code. */
  function spend(content: Content, right: string, at: Date): void {
    const codeHash = content.codeHash ?? cabinet.desired?.grants.find((g) => g.id === right)?.codeHash ?? null;
    contents.spend(right, codeHash, at);
    if (codeHash !== null) cabinet.locker.revoke(codeHash);
  }

  /** It is no longer there; with the last one its compartment is free. */
  function free(content: Content): void {
    contents.remove(content);
    if (contents.of(content.compartment) === undefined) cabinet.locker.release(String(content.compartment));
  }

  /** Nothing is guessed: the compartment takes nothing new until somebody has looked. Once is enough. */
  function quarantine(compartment: number, reason: QuarantineReason, at: Date): void {
    if (store.quarantine.has(compartment)) return;
    const { parcel = null, deposit = null } = contents.of(compartment) ?? {};
    const seq = journal.append({ type: "compartment_quarantined", compartment, reason, parcel, deposit }, at);
    store.quarantine.put(compartment, reason, seq, at);
  }

  /** Somebody has looked, or what gave rise to the quarantine has explained itself. */
  function clear(compartment: number, isEmpty: boolean, at: Date): void {
    if (!store.quarantine.has(compartment)) return;
    store.quarantine.remove(compartment);
    journal.append({ type: "compartment_cleared", compartment, isEmpty }, at);
  }

  /** Nobody else is given the compartment while the one who was there may still come back to it. */
  function offerReopen([first, ...others]: readonly Content[], at: Date): void {
    const { compartment, parcel, deposit, takenBy, codeHash } = first!;
    const beside = others.flatMap((other) => other.parcel ?? []);
    if (store.reopens.of(compartment)?.isUsed) return;
    const until = new Date(at.getTime() + reopenMs).toISOString();
    const code = codeHash ?? (takenBy === null ? null : contents.codeSpentAs(takenBy));
    store.reopens.put({ compartment, parcel, deposit, grant: takenBy, codeHash: code, until, isUsed: false, beside });
    journal.append({ type: "reopen_offered", compartment, until }, at);
  }

  /**
   * A pick-up is complete when the door has closed again; only then the compartment is free (A6.6), and only when no sensor sees something
   * in it still: then the one who was there may look again, and after that somebody else has to.
   */
  function closed(compartment: number, isOccupied: boolean | null, at: Date): void {
    const inside = contents.allOf(compartment);
    const retrieving = inside.find(({ state }) => state === "retrieving");
    // A sensor sees that something is there, not which of them.
    if (retrieving) return retrievalClosed(retrieving, inside.length > 1 && isOccupied === true ? null : isOccupied, at);
    const taken = inside.filter(({ state }) => state === "collecting");
    if (taken.length === 0) return;
    if (isOccupied === true && taken.length === inside.length) {
      for (const content of taken) contents.put({ ...content, state: "unsure" });
      quarantine(compartment, "goods_inside", at);
      offerReopen(taken, at);
      return;
    }
    for (const { parcel, deposit, takenBy, codeHash } of taken) {
      journal.append({ type: "parcel_collected", compartment, parcel, deposit, grant: takenBy }, at);
      contents.spend((parcel ?? deposit)!, codeHash, at);
    }
    offerReopen(taken, at);
    for (const content of taken) free(content);
    if (isOccupied === false && store.quarantine.of(compartment)?.reason === "goods_inside") clear(compartment, true, at);
  }

  /** A sensor says what became of it. Where none looks, the courier has to say: that a door was opened and shut empties nothing (I-11). */
  function retrievalClosed(content: Content, isOccupied: boolean | null, at: Date): void {
    const cause = store.intents.latest(content.compartment)?.cause;
    const actor = cause?.kind === "command" ? cause.actor : "kiosk";
    if (isOccupied === false) retrieved(content, actor, at);
    if (isOccupied === true) left(content, actor, at);
  }

  /** A courier has it: the compartment is free, and the right to take it out is used up. */
  function retrieved(content: Content, actor: string, at: Date): void {
    const { compartment, parcel, takenBy } = content;
    journal.append({ type: "parcel_retrieved", compartment, parcel: parcel!, grant: takenBy, actor }, at);
    contents.spend(parcel!, null, at);
    free(content);
    const doubt = store.quarantine.of(compartment)?.reason;
    if (doubt === "goods_inside") clear(compartment, true, at);
  }

  /** The courier leaves it inside: it lies there as before, and the right to take it out is whole. */
  function left(content: Content, actor: string, at: Date): void {
    const { compartment, parcel, takenBy } = content;
    journal.append({ type: "retrieval_left", compartment, parcel: parcel!, actor }, at);
    if (takenBy !== null) contents.unspend(takenBy);
    contents.put({ ...content, state: "stored", takenBy: null });
  }

  /** The courier found nothing there. Whether that is so is not guessed: somebody has to look. */
  function missed(content: Content, at: Date): void {
    contents.put({ ...content, state: "unsure" });
    quarantine(content.compartment, "nothing_inside", at);
  }

  /** What a sensor says against the record of a closed compartment. */
  function contradiction(compartment: number, isOccupied: boolean): QuarantineReason | null {
    if (store.quarantine.has(compartment)) return null;
    const content = contents.of(compartment);
    if (content === undefined) return isOccupied ? "goods_inside" : null;
    return content.state === "stored" && !isOccupied ? "nothing_inside" : null;
  }

  return { settled, reserve, spend, free, quarantine, clear, closed, retrieved, left, missed, contradiction };
}
export type Effects = ReturnType<typeof effects>;

/** The single-use right by which a door was opened; a command is used up by its id. */
const rightOf = ({ cause }: Intent): string | null =>
  cause.kind === "grant" ? cause.grant : cause.kind === "walk_up" ? cause.deposit : null;
