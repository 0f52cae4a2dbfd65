import type { Now } from "@pigeonhole/kit/clock";
import { violates, type Db } from "@pigeonhole/kit/db";
import { Refused } from "@pigeonhole/kit/refused";
import { within, type Timers } from "@pigeonhole/kit/timers";
import { Command, commandSeconds, type Result } from "@pigeonhole/protocol/messages";
import type { Link } from "./link.ts";
import * as queries from "./queries/commands.ts";
import { device, link as linkOf } from "./queries.ts";
import type { Signatures } from "./signatures.ts";
import type { Tables } from "./tables.ts";

/** So long a command's answer is waited for (F10). Milliseconds. */
const answerMs = 2_000;

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly timers: Timers;
  readonly signed: Signatures;
  readonly link: Link;
}
export type Order = Pick<Command, "id" | "action" | "compartment" | "parcel" | "purpose" | "actor" | "expected" | "reason">;

/** Orders to stations: signed, numbered, sent once, answered or unknown. */
export function commands({ db, now, timers, signed, link }: Needs) {
  const waiting = new Map<string, (result: Result) => void>();
  const answered = (result: Result): void => waiting.get(result.command)?.(result);

  const send = async (station: string, order: Order): Promise<Result> => {
    const known = await queries.find(db, station, order.id);
    if (known) return known;
    const at = now();
    const state = await linkOf(db, station);
    if (state?.isRevoked) throw new Refused("revoked", "The station was cut off; commands for it are withheld.");
    if (!link.isUp() || !(await device(db, station, at))?.connected) throw new Refused("unreachable", "The station is not connected.");
    const command = await number(station, order, at);
    if (!command) return (await queries.find(db, station, order.id)) ?? unknown(order.id, at);
    const signature = await signed.command({ command: order.id, station, epoch: command.epoch, seq: command.seq });
    if ("refused" in signature) {
      // Nothing was sent: the order is refused for good, by ourselves.
      const refused: Result = { command: order.id, outcome: "refused", reason: signature.refused, at: now().toISOString() };
      await queries.settle(db, station, refused);
      return refused;
    }
    try {
      const answer = new Promise<Result>((resolve) => waiting.set(order.id, resolve));
      // Whether or not the broker confirmed it, the station may have it: only its own word, or none, is an outcome.
      await link.send(station, "command", signature.envelope);
      return (await within(timers, answerMs, answer)) ?? (await queries.find(db, station, order.id)) ?? unknown(order.id, now());
    } finally {
      waiting.delete(order.id);
    }
  };

  /** Undefined when another process has numbered this very order meanwhile. */
  const number = async (station: string, order: Order, at: Date): Promise<Command | undefined> => {
    try {
      return await db.transaction().execute(async (tx) => {
        const position = await queries.nextSeq(tx, station);
        const command = Command.parse({
          v: 1,
          station,
          ...position,
          issuedAt: at.toISOString(),
          expiresAt: new Date(at.getTime() + commandSeconds * 1_000).toISOString(),
          ...order,
        });
        await queries.add(tx, command, at);
        return command;
      });
    } catch (error) {
      if (violates(error, "command_pkey")) return undefined;
      throw error;
    }
  };
  return { send, answered };
}

const unknown = (command: string, at: Date): Result => ({ command, outcome: "unknown", reason: null, at: at.toISOString() });
