import { z } from "zod";

/** A look inside a station lasts so long at most. Minutes. */
export const diagnosisMinutes = 15;
/** One message of a station holds so much at most. Bytes. */
export const maxDiagnosisBytes = 65_536;

/** In the desired document: the station opens a WebSocket to `url`/`session`, once, and closes it at `until` or when this is gone. */
export const Diagnosis = z.strictObject({
  session: z.uuid(),
  url: z.url({ protocol: /^wss$/ }).max(300),
  until: z.iso.datetime(),
});
export type Diagnosis = z.output<typeof Diagnosis>;

const text = (most: number) => z.string().max(most);
/** Lines of the station's log as they come, masked by the station. */
export const LogLines = z.strictObject({ kind: z.literal("log"), lines: z.array(text(1_000)).min(1).max(50) });
/** How it is now: doors as their boards tell them, power, line. */
export const Status = z.strictObject({
  kind: z.literal("status"),
  firmware: text(80),
  upSeconds: z.int().min(0),
  memoryMb: z.number().min(0).max(1_000_000),
  doors: z
    .array(
      z.strictObject({
        compartment: z.int().min(1).max(999),
        door: z.enum(["open", "closed", "unknown"]),
        readAt: z.iso.datetime().nullable(),
      }),
    )
    .max(999),
  power: text(20),
  isTampered: z.boolean(),
  isLineUp: z.boolean(),
  pendingEvents: z.int().min(0),
});
/** What the station found out about itself without moving a door. */
export const SelfTest = z.strictObject({
  kind: z.literal("self_test"),
  checks: z.array(z.strictObject({ check: text(40), isOk: z.boolean(), detail: text(200) })).max(30),
});
/** What a station says while it is looked into. */
export const DiagnosisMessage = z.discriminatedUnion("kind", [LogLines, Status, SelfTest]);
export type DiagnosisMessage = z.output<typeof DiagnosisMessage>;
