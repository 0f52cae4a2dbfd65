import type { Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { Refused } from "@pigeonhole/kit/refused";
import type { Doors } from "../doors/doors.ts";
import type { Purpose } from "../kiosk/contract.ts";
import type { Reopen } from "../store/reopens.ts";
import type { Store } from "../store/store.ts";
import { mustOpen, obstacleOf } from "./opening.ts";
import type { Screen } from "./screen.ts";

interface Needs {
  readonly store: Store;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly now: Now;
  readonly newId: NewId;
}

/** "Forgot something?" The same door once more for whoever was there, by the key on the screen or by the code that opened it. Nothing is lost by it. */
export function reopens({ store, doors, screen, now, newId }: Needs) {
  const isLive = (row: Reopen | undefined): row is Reopen => row !== undefined && !row.isUsed && now() < new Date(row.until);

  async function open(compartment: number, purpose: Purpose, of: Pick<Reopen, "parcel" | "deposit">, prepare: () => void): Promise<void> {
    const obstacle = obstacleOf(doors, compartment);
    if (obstacle) throw obstacle;
    const before = screen.step;
    screen.working();
    const cause = { kind: "reopen", parcel: of.parcel, deposit: of.deposit } as const;
    const outcome = await doors.open({ id: newId(), compartment, purpose, cause }, prepare);
    if (outcome.outcome === "refused") screen.back(before);
    mustOpen(outcome, compartment);
  }

  const after = (row: Reopen): Promise<void> => open(row.compartment, "collect", row, () => store.reopens.use(row.compartment));

  return {
    /** The compartment that a used right may open once more; undefined when it may not. */
    ofRight: ({ codeHash, grant }: { readonly codeHash?: string; readonly grant?: string }): Reopen | undefined =>
      store.reopens.all().find((row) => isLive(row) && (codeHash === undefined ? row.grant === grant : row.codeHash === codeHash)),
    open: after,
    /** By the key on the screen: after a pick-up, or while a question is open. */
    async atScreen(): Promise<void> {
      const { step } = screen;
      if (step.step === "done") {
        const row = store.reopens.of(step.compartment);
        if (step.reopenUntil !== null && isLive(row)) return after(row);
      }
      if (step.step === "ask_parcel_in") {
        const content = store.contents.of(step.compartment);
        if (content?.state === "reserved") return open(step.compartment, step.purpose, content, () => {});
      }
      if (step.step === "ask_parcel_out") {
        const content = store.contents.of(step.compartment);
        if (content?.state === "retrieving") return open(step.compartment, "retrieve", content, () => {});
      }
      throw new Refused("nothing_to_reopen", "The time to open this door again is over.");
    },
  };
}
export type Reopens = ReturnType<typeof reopens>;
