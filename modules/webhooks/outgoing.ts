import type { EventType } from "./contract.ts";

/** Whom a parcel concerns: its owner, as `actorText` writes it, and the carrier who brings it. */
export interface Concerned {
  readonly owner: string;
  readonly carrier: string | null;
}

/** An event as it leaves: ids and states, nothing of a person. */
export interface Outgoing {
  /** Id of the fact: the same fact is one event. */
  readonly event: string;
  readonly type: EventType;
  readonly at: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The body, whose very bytes are signed. */
export const bodyOf = ({ type, at, data }: Outgoing): string => JSON.stringify({ type, timestamp: at.toISOString(), data });
