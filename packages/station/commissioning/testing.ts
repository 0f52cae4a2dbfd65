// A cabinet that nobody knows yet, for tests: boards on lines, and a technician who sees which doors open.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { silentLog } from "@pigeonhole/kit/log";
import { systemRandom } from "@pigeonhole/kit/random";
import { systemTimers } from "@pigeonhole/kit/timers";
import { SimulatedLine, type Collisions, type SimulatedBoard } from "@pigeonhole/lock-boards/simulator";
import { duplex, type Transport } from "@pigeonhole/lock-boards/transport";
import { EnrolmentRequest, type Enrolment } from "@pigeonhole/protocol/enrolment";
import { commissioning, type Commissioning } from "./commissioning.ts";

/** The id that `takesAnyone` gives to every cabinet. */
export const newStation = "0198f000-0000-7000-8000-000000000001";

/** A backend that takes in whoever has a token that does not begin with x. */
export const takesAnyone = (async (_url: unknown, init: RequestInit) => {
  const { csr, token } = EnrolmentRequest.parse(JSON.parse(String(init.body)));
  if (!csr.includes("BEGIN CERTIFICATE REQUEST")) throw new Error("no certificate request");
  if (token.startsWith("x"))
    return Response.json({ type: "", title: "The enrolment token is not valid", status: 403, code: "token_invalid" }, { status: 403 });
  const answer: Enrolment = {
    station: newStation,
    epoch: 1,
    certificate: "c",
    ca: "ca",
    mqttUrl: "mqtts://localhost:1",
    signingKeys: {},
    keyGeneration: 1,
  };
  return Response.json(answer, { status: 201 });
}) as unknown as typeof globalThis.fetch;

/** A board as it hangs in the cabinet. */
export interface Hung {
  readonly port: string;
  readonly baud: number;
  readonly board: SimulatedBoard;
  /** Which door each coil opens; a coil that is not listed opens nothing. */
  readonly doors: ReadonlyMap<number, number>;
}

export function strangeCabinet(
  hung: readonly Hung[],
  { collisions, fetch }: { collisions?: Collisions; fetch?: typeof globalThis.fetch } = {},
) {
  const folder = mkdtempSync(path.join(tmpdir(), "pigeonhole-commissioning-"));
  const coils = hung.flatMap(({ board, doors }) => [...doors].map(([lock, door]) => ({ board, lock, door })));
  // A coil on which nothing hangs moves nothing.
  for (const { board, doors } of hung)
    for (let lock = 1; lock <= board.voice.locks; lock++) if (!doors.has(lock)) board.faults.jammed.add(lock);
  const openLine = async (port: string, baud: number): Promise<Transport> => {
    const [near, far] = duplex();
    new SimulatedLine(
      far,
      hung.filter((each) => each.port === port && each.baud === baud).map(({ board }) => board),
      collisions,
    );
    return near;
  };
  return {
    folder,
    /** A process that does the commissioning; another one on the same folder goes on where the last one stood. */
    start: (): Commissioning =>
      commissioning({
        folder,
        firmware: "test",
        now: systemNow,
        monotonic: systemMonotonic,
        timers: systemTimers,
        random: systemRandom,
        log: silentLog,
        openLine,
        limits: { settleMs: 150, secondMs: 40, restMs: 60, pollMs: 5, closingMs: 20 },
        scanLimits: { replyTimeoutMs: 3, lateMs: 0 },
        ...(fetch && { fetch }),
      }),
    /** The doors that stand open, as a person sees them. */
    openDoors: (): number[] => [...new Set(coils.filter(({ board, lock }) => board.isOpen(lock)).map(({ door }) => door))],
    /** Somebody pushes every open door shut. */
    shut: (): void => {
      for (const { board, lock } of coils) if (board.isOpen(lock)) board.move(lock, "closed");
    },
    fired: (): number => hung.reduce((sum, { board }) => sum + board.fired.length, 0),
    [Symbol.dispose]: (): void => rmSync(folder, { recursive: true, force: true }),
  };
}
export type StrangeCabinet = ReturnType<typeof strangeCabinet>;
