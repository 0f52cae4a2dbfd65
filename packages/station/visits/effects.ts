import type { Outcome } from "../doors/doors.ts";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Content } from "../store/contents.ts";
import type { Intent } from "../store/intents.ts";
import type { Store } from "../store/store.ts";

/**
 * What an opened door, a failed opening and a closed door mean for what lies inside. Runs inside the transaction that records them, and
 * needs nothing but durable rows: after a crash the same code settles what was left.
 */
export function effects({ store, cabinet }: { readonly store: Store; readonly cabinet: Cabinet }) {
  const { contents, commands, journal } = store;

  function settled(intent: Intent, outcome: Outcome, at: Date): void {
    if (intent.cause.kind === "command")
      commands.settle(intent.cause.command, outcome.outcome, outcome.outcome === "opened" ? null : outcome.reason, at);
    const content = contents.of(intent.compartment);
    if (intent.purpose === "deliver") deliver(intent, outcome, content, at);
    if (intent.purpose === "bring") bring(intent, outcome, content);
    if (intent.purpose === "collect") collect(intent, outcome, content, at);
  }

  function deliver(intent: Intent, { outcome }: Outcome, content: Content | undefined, at: Date): void {
    if (outcome === "opened" && !content) reserve(intent, at);
    // An earlier opening of the same drop-off keeps its reservation: the parcel may be in already.
    if (outcome === "refused" && content?.intent === intent.id) free(intent.compartment);
    if (intent.cause.kind === "grant" && outcome === "refused") contents.unspend(intent.cause.grant);
  }

  /** The compartment is taken from the moment that its lock may fire. */
  function reserve(intent: Intent, at: Date): void {
    const { cause, compartment } = intent;
    const parcel = cause.kind === "command" || cause.kind === "grant" ? cause.parcel : null;
    if (parcel === null) return;
    const actor = cause.kind === "command" ? cause.actor : "kiosk";
    contents.put({
      compartment,
      state: "reserved",
      parcel,
      deposit: null,
      codeHash: null,
      expiresAt: null,
      actor,
      intent: intent.id,
      takenBy: null,
      since: at.toISOString(),
    });
    if (!cabinet.locker.isOccupied(String(compartment))) cabinet.locker.depositInto(String(compartment), null, at);
  }

  function bring(intent: Intent, { outcome }: Outcome, content: Content | undefined): void {
    if (!content) return;
    if (outcome === "unknown") contents.put({ ...content, state: "unsure" });
    if (outcome === "opened" && content.state === "unsure") contents.put({ ...content, state: "reserved" });
    if (outcome !== "refused" || content.intent !== intent.id) return;
    if (content.codeHash !== null) cabinet.locker.revoke(content.codeHash);
    free(intent.compartment);
  }

  function collect(intent: Intent, { outcome }: Outcome, content: Content | undefined, at: Date): void {
    if (!content) return;
    const right = rightOf(intent);
    if (outcome === "opened") {
      contents.put({
        ...content,
        state: "collecting",
        since: at.toISOString(),
        takenBy: intent.cause.kind === "grant" ? intent.cause.grant : null,
      });
      if (right !== null) spend(content, right, at);
    }
    if (outcome === "unknown") contents.put({ ...content, state: "unsure" });
    if (outcome === "refused") {
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

  function free(compartment: number): void {
    contents.remove(compartment);
    cabinet.locker.release(String(compartment));
  }

  return {
    settled,
    reserve,
    spend,
    free,
    /** A pick-up is complete when the door has closed again; only then the compartment is free (A6.6). */
    closed(compartment: number, at: Date): void {
      const content = contents.of(compartment);
      if (content?.state !== "collecting") return;
      const { parcel, deposit, takenBy } = content;
      journal.append({ type: "parcel_collected", compartment, parcel, deposit, grant: takenBy }, at);
      contents.spend((parcel ?? deposit)!, content.codeHash, at);
      free(compartment);
    },
  };
}
export type Effects = ReturnType<typeof effects>;

/** The single-use right by which a door was opened; a command is used up by its id. */
const rightOf = ({ cause }: Intent): string | null =>
  cause.kind === "grant" ? cause.grant : cause.kind === "walk_up" ? cause.deposit : null;
