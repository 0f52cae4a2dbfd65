/** What a door's own switch says. A door that no board answered for is absent from a status, never guessed. */
export type DoorReading = "closed" | "open";

/** What a board says about one lock. */
export interface LockReading {
  readonly door: DoorReading;
  /** Whether something lies in the compartment, where a sensor looks into it; null where none does: nobody knows. */
  readonly occupied: boolean | null;
  /** Whether the bolt is home, where a sensor of its own tells; absent where none does. */
  readonly latched?: boolean;
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
      /**
       * `cooling_down`: the coil has worked enough for now. `board_refused`: the board said no, and no more than that. `unread`: it was fired
       * before, its door has not been read since, and now it cannot be. `already_open`: nothing to fire at. `not_ready`: the board has not
       * yet been brought into a safe state.
       */
      readonly reason: "cooling_down" | "board_refused" | "unread" | "already_open" | "not_ready";
    };

/** How one kind of board, in one cabinet, differs from the others. Data: each model has its own, and a cabinet's wiring may say otherwise. */
export interface Quirks {
  /** What a closed door shows as in a status; it depends on whether its switch is normally open or normally closed. */
  readonly polarity: "one_is_closed" | "zero_is_closed";
  /** Whether the board answers an unlock. Without it only the door's switch tells whether the door moved. */
  readonly acknowledges: boolean;
  /** Whether the board senses what lies in a compartment, and how it shows. */
  readonly occupancy: "none" | "one_is_occupied" | "zero_is_occupied";
  /** Least time between two frames on the line. */
  readonly minIntervalMs: number;
  /** Least time between two firings of one lock; 0 leaves that to the board. */
  readonly coolDownMs: number;
  /** Silence after which the board counts as silent in this round. */
  readonly replyTimeoutMs: number;
  /** How long the board is told to energise a coil; null where its own setting decides. */
  readonly pulseMs: number | null;
}

/** One board at one address of a line. Its locks are numbered from 1, whatever they are called on the wire. "Open all" does not exist. */
export interface LockBoard {
  readonly quirks: Quirks;
  /** How many locks it has. */
  readonly locks: number;
  /**
   * Fires one lock, once, and never repeats by itself. Throws when the line failed before or while sending: what then happened to the door
   * is for its switch to say. A lock whose door has not been read since it was last fired is read before anything else.
   */
  open(lock: number): Promise<Fired>;
  /** The `wanted` locks that a sound reply in time told of; all without the list. Empty when the board is silent. Throws when the line is gone. */
  status(wanted?: readonly number[]): Promise<ReadonlyMap<number, LockReading>>;
  /**
   * Switches one output on for `ms`; the board ends it by itself, whatever becomes of this computer. Absent on boards without outputs that can be
   * used so. Whether an output has a lock on it the wiring says: there it is never switched.
   */
  signal?(output: number, ms: number): Promise<void>;
}

/** Something that people see or hear: a light at a few doors, or a buzzer for the whole cabinet. */
export interface Signal {
  readonly kind: "light" | "buzzer";
  /** The doors that it points to; none: the whole cabinet. */
  readonly doors: readonly number[];
  /** Gives it so long. Throws when the line is gone; nobody waits for it at a door. */
  give(ms: number): Promise<void>;
}

/** How a board was when last asked. */
export interface BoardHealth {
  /** Its name in the wiring. */
  readonly board: string;
  readonly model: string;
  readonly address: number;
  /** Null before it has been asked for the first time. */
  readonly isAnswering: boolean | null;
  readonly answeredAt: Date | null;
}

/** All locks of a cabinet, by the number on the door, whatever boards and lines they hang on. "Open all" does not exist. */
export interface Locks {
  /** As `LockBoard.open`. Asserts that there is such a lock. */
  open(lock: number): Promise<Fired>;
  /**
   * Every lock whose board answered in time with a sound reply. A dead board's locks are absent; the others still answer. Boards that have none
   * of the `wanted` locks are not asked; without the list all are. Throws when every line is gone.
   */
  status(wanted?: readonly number[]): Promise<ReadonlyMap<number, LockReading>>;
  boards(): readonly BoardHealth[];
  /** Lights and buzzers, where the cabinet has any. */
  readonly signals?: readonly Signal[];
  /** Lets go of the lines. */
  close(): Promise<void>;
}
