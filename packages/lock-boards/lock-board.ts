/** What a door's own switch says. A door that no board answered for is absent from a status, never guessed. */
export type DoorReading = "closed" | "open";

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
 * One bus of lock boards. Locks are numbered from 1 over all its boards. "Open all" does not exist.
 * Calls are carried out one after the other, in the order made.
 */
export interface LockBoard {
  readonly quirks: Quirks;
  /**
   * Fires one lock, once, and never repeats by itself. Answers `acknowledged` when the board said so, `sent` when it has no such reply.
   * Throws when the bus failed before or while sending, or the board refused: what then happened to the door is for its switch to say.
   */
  open(lock: number): Promise<"sent" | "acknowledged">;
  /**
   * Every lock whose board answered in time with a sound reply. A dead board's locks are absent; the others still answer. `upTo` is the
   * highest lock in use: boards beyond it are not asked. Throws when the line itself is gone.
   */
  status(upTo?: number): Promise<ReadonlyMap<number, DoorReading>>;
  /** Lets go of the bus. */
  close(): Promise<void>;
}
