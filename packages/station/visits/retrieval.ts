import type { Now } from "@pigeonhole/kit/clock";
import { Refused } from "@pigeonhole/kit/refused";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Doors } from "../doors/doors.ts";
import type { Content } from "../store/contents.ts";
import type { Store } from "../store/store.ts";
import type { Effects } from "./effects.ts";
import type { Screen } from "./screen.ts";

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly doors: Doors;
  readonly screen: Screen;
  readonly effects: Effects;
  readonly now: Now;
}

/** What a courier says after the door has closed again. */
export type Taken = "out" | "left" | "missing";

/** Couriers taking out what has expired or goes back (A7.2, A8.1): the word that empties a compartment where no sensor does. */
export function retrievals({ store, cabinet, doors, screen, effects, now }: Needs) {
  /** The word becomes durable. `also` joins the transaction. */
  function settle(
    content: Content,
    taken: Taken,
    { actor, also = () => {} }: { readonly actor: string; readonly also?: () => void },
  ): void {
    cabinet.change(() => {
      also();
      if (taken === "out") effects.retrieved(content, actor, now());
      if (taken === "left") effects.left(content, actor, now());
      if (taken === "missing") effects.missed(content, now());
    });
  }

  return {
    settle,
    /** The answer given on the kiosk's screen. */
    answer(taken: Taken): void {
      const { step } = screen;
      const content = step.step === "ask_parcel_out" ? store.contents.of(step.compartment) : undefined;
      if (step.step !== "ask_parcel_out" || content?.state !== "retrieving" || !doors.isClosed(step.compartment))
        throw new Refused("nothing_to_answer", "There is nothing to answer for.");
      settle(content, taken, { actor: "kiosk" });
      screen.done({ purpose: "retrieve", compartment: step.compartment, isStored: taken === "left" });
    },
  };
}
export type Retrievals = ReturnType<typeof retrievals>;
