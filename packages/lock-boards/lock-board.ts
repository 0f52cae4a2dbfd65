/** What a door's own switch says. A door that no board answered for is absent from a status, never guessed. */
export type DoorReading = "closed" | "open";

/** What a board says about one lock. */
export interface LockReading {
  readonly door: DoorReading;
  /** Whether something lies in the compartment, where a sensor looks into it; null where none does: nobody knows. */
  readonly occupied: boolean | null;
}

/**
 * What a board said to an unlock. `acknowledged`: it fired. `sent`: the frame has left and no word came back, so only the door's switch knows.
 * `refused`: it did not fire, by the board's own word or because the driver did not ask it to.
 */
export type Fired =
  | { readonly outcome: "acknowledged" }
  | { readonly outcome: "sent" }
  | {
      readonly outcome: "refused";
      /** `cooling_down`: the coil has worked enough for now. `board_refused`: the board said no, and no more than that. */
      readonly reason: "cooling_down" | "board_refused";
    };

/** How one kind of board, in one cabinet, differs from the others. Data, so that the station can show it and decide by it. */
export interface Quirks {
  /** The board's name as its vendor writes it. */
  readonly model: string;
  /** What a set bit in a status means; it depends on whether the hook switch is normally open or normally closed. */
  readonly polarity: "one_is_closed" | "zero_is_closed";
  /** Bus addresses that exist and how many locks hang on each: lock `n` (from 1) is on board `boards[floor((n - 1) / locksPerBoard)]`. */
  readonly addressing: { readonly boards: readonly number[]; readonly locksPerBoard: number };
  /** Whether the board answers an unlock. Without it only the door's switch tells whether the door moved. */
  readonly hasAck: boolean;
  /** Whether the board senses what lies in a compartment. */
  readonly hasOccupancy: boolean;
  /** Least time between two frames on the bus. */
  readonly minIntervalMs: number;
}

/**
 * The locks of a cabinet, numbered from 1. "Open all" does not exist. Calls are carried out one after the other, in the order made.
 */
export interface LockBoard {
  readonly quirks: Quirks;
  /**
   * Fires one lock, once, and never repeats by itself. Throws when the bus failed before or while sending: what then happened to the door
   * is for its switch to say.
   */
  open(lock: number): Promise<Fired>;
  /**
   * Every lock whose board answered in time with a sound reply. A dead board's locks are absent; the others still answer. Boards that have none
   * of the `wanted` locks are not asked; without the list all are. Throws when the line itself is gone.
   */
  status(wanted?: readonly number[]): Promise<ReadonlyMap<number, LockReading>>;
  /** Lets go of the bus. */
  close(): Promise<void>;
}
