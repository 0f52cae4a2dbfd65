/** One thing that somebody asked of one object, as they saw it. Times are milliseconds of one monotonic clock. */
export interface Operation<Call, Answer> {
  /** Who asked, for people. */
  readonly by: string;
  readonly call: Call;
  readonly from: number;
  /** When the answer came; null: it never did. Then it may have happened at any time after `from`, or not at all. */
  readonly to: number | null;
  /** Null where `to` is null. */
  readonly answer: Answer | null;
}

/**
 * What an object does when it is asked one thing after the other. Pure; states are plain data, and two that read the same in JSON are the same.
 */
export interface Specification<State, Call, Answer> {
  /** What the object is, e.g. `compartment`. */
  readonly of: string;
  readonly initial: State;
  /** The states that `call` may leave when it is answered so; none when the object never answers so in this state. An unknown answer (null) may have been any. */
  readonly next: (state: State, call: Call, answer: Answer | null) => readonly State[];
  /**
   * Whom an operation speaks of. What nobody answered about somebody of whom no answer speaks can be left out of any order, and the order stays one:
   * that has to be so wherever this is given.
   */
  readonly about?: (call: Call, answer: Answer | null) => string | null;
  /** A call and its answer as people read it. */
  readonly tell: (call: Call, answer: Answer | null) => string;
}

/** The operation without its answer: all that is left known is that it was asked. */
export const unanswered = <Call, Answer>(operation: Operation<Call, Answer>): Operation<Call, Answer> => ({
  ...operation,
  to: null,
  answer: null,
});
