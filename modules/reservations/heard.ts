import type { Payload } from "@pigeonhole/kit/fact";
import type { Reported } from "@pigeonhole/devices/events";

export type Report = Payload<typeof Reported>;

/** A report, the id of the fact that brought it, and when it is applied. */
export interface Heard {
  readonly id: string;
  readonly report: Report;
  readonly at: Date;
}
