import { setTimeout as pause } from "node:timers/promises";
import type { Draw } from "@pigeonhole/sim/time/draw";
import type { ChaosStation, ChaosTown } from "../processes/town.ts";
import type { History } from "../run/history.ts";

/** What everybody who lives through a run has. */
export interface Life {
  readonly town: ChaosTown;
  readonly draw: Draw;
  readonly history: History;
  /** Milliseconds of the run. */
  readonly clock: () => number;
  /** No more is begun. */
  readonly isClosing: () => boolean;
  /** People give up: whatever is not done by now was not possible. */
  readonly isOver: () => boolean;
  /** People stand in a queue before a cabinet. */
  inTurn<T>(station: ChaosStation, visit: () => Promise<T>): Promise<T>;
  /** Something that must not be, seen by a person. */
  violation(what: string): void;
  /** What happened, for the log of the run. */
  note(words: string): void;
}

/** A parcel on its way, and what is known of it. */
export interface Parcel {
  readonly station: ChaosStation;
  readonly compartment: number;
  readonly reservation: string;
  readonly parcel: string;
}

export const objectOf = (station: ChaosStation, compartment: number): string => `${station.name}/${compartment}`;

/** Somebody who was interrupted: the run is over, and this was not done. */
export class GivenUp extends Error {}

/** Tries until it answers something, with a pause between; throws GivenUp when people give up. */
export async function until<T>(life: Pick<Life, "isOver" | "draw">, what: string, attempt: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const done = await attempt();
    if (done !== undefined) return done;
    if (life.isOver()) throw new GivenUp(what);
    await pause(life.draw.between(100, 500));
  }
}
