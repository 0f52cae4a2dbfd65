import { z } from "zod";
import { openStatement, sealStatement } from "./authority.ts";
import type { Envelope } from "./messages.ts";

/**
 * What time it is, in answer to the question of this station's `hello`. Other signed words can be held back and show only that it is not earlier;
 * this one was made after the question was asked.
 */
export const TimeStatement = z.strictObject({ v: z.literal(1), station: z.uuid(), challenge: z.uuid(), at: z.iso.datetime() });
export type TimeStatement = z.output<typeof TimeStatement>;

/** A station whose `now` differs by more is told the time. Milliseconds. */
export const timeIsOffMs = 60_000;
/** An answer that comes later than so long after its question is not believed. Milliseconds. */
export const timeAnswerMs = 10_000;

/** `key`: the authority's, PEM. */
export const sealTime = (statement: TimeStatement, key: string): Envelope => sealStatement("time", statement, key);

/** Throws with a sentence when the authority has not stated it. */
export const openTime = (message: unknown, authority: string): TimeStatement => openStatement("time", message, authority, TimeStatement);
