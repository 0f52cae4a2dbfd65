/** Wall-clock time as an argument: modules and stations never read it themselves. */
export type Now = () => Date;

export const systemNow: Now = () => new Date();

/** A monotonic clock in milliseconds from an arbitrary start: for durations, never for dates (I-65). */
export type Monotonic = () => number;

export const systemMonotonic: Monotonic = () => performance.now();
