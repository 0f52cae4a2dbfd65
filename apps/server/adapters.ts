import type { Link } from "@pigeonhole/devices/link";
import { systemMonotonic, systemNow, type Monotonic, type Now } from "@pigeonhole/kit/clock";
import { connect, type Db } from "@pigeonhole/kit/db";
import { systemNewId, type NewId } from "@pigeonhole/kit/ids";
import { systemRandom, type Random } from "@pigeonhole/kit/random";
import { systemTimers, type Timers } from "@pigeonhole/kit/timers";

/** Everything through which time, chance and the world outside reach the modules: the machine's own, or a simulator's. */
export interface Adapters {
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly newId: NewId;
  readonly random: Random;
  readonly timers: Timers;
  readonly connect: (url: string, options: { readonly connections?: number }) => Db;
  /** Another line to the stations than MQTT; then nothing listens for looks into them either. */
  readonly link?: (timers: Timers) => Link;
}

export const systemAdapters: Adapters = {
  now: systemNow,
  monotonic: systemMonotonic,
  newId: systemNewId,
  random: systemRandom,
  timers: systemTimers,
  connect,
};
