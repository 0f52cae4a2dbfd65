import { toleranceMs } from "@pigeonhole/station/rights/decide";
import { remoteOpensPerMinute } from "@pigeonhole/station/visits/commands";
import type { StationNode } from "../stations/node.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { Tally } from "./tally.ts";

/** An order of the backend, as it went down a line. */
export interface Sent {
  readonly id: string;
  readonly station: string;
  readonly epoch: number;
  readonly seq: number;
  readonly expiresAt: string;
}
/** A door that opened so recently may not have been seen by its station yet: it looks several times a second. Milliseconds. */
const unseenMs = 1_500;

interface Needs {
  readonly scheduler: Scheduler;
  readonly tally: Tally;
}

/** What has to be so at the instant at which a lock is fired: the station's own record is read there and then, and the orders are those that really went out. */
export function atTheLock({ scheduler, tally }: Needs) {
  const sent = new Map<string, Sent>();
  const firedIntents = new Set<string>();
  const firedCommands = new Set<string>();
  const lastSeq = new Map<string, number>();
  const remote = new Map<string, number[]>();
  /** By pick-up right: the intents by which it has opened. */
  const byRight = new Map<string, string[]>();
  /** Pick-ups of which a door was opened once more. */
  const again = new Map<string, number>();

  return {
    /** A command has gone down a line. */
    sent(command: Sent): void {
      sent.set(command.id, command);
    },
    fired(node: StationNode, compartment: number): void {
      const { station } = node;
      if (!station) return;
      const where = `door ${compartment} of ${node.id}`;
      const broken = (invariant: string, what: string): void => tally.violated(invariant, `${where}: ${what}`, scheduler.nowMs);
      const intent = station.store.intents.latest(compartment);
      if (!intent || intent.outcome !== null) return broken("I-13", "a lock was fired, and no intent was written down before");
      if (firedIntents.has(intent.id)) broken("I-13", `intent ${intent.id} has fired its lock twice`);
      firedIntents.add(intent.id);
      const { cause } = intent;
      if (cause.kind === "command") command(node, cause.command, broken);
      if (cause.kind === "grant" && intent.purpose === "collect") {
        again.delete(cause.parcel);
        right(cause.grant, intent.id, node, broken);
      }
      if (cause.kind === "walk_up" && intent.purpose === "collect") right(cause.deposit, intent.id, node, broken);
      if (cause.kind === "reopen" && intent.purpose === "collect") {
        const what = (cause.parcel ?? cause.deposit)!;
        const times = (again.get(what) ?? 0) + 1;
        again.set(what, times);
        if (times > 1) broken("I-14", `it was opened once more for the pick-up of ${what} ${times} times`);
      }
      openDoors(node, compartment, broken);
    },
  };

  function command(node: StationNode, id: string, broken: (invariant: string, what: string) => void): void {
    const order = sent.get(id);
    if (!order) return broken("I-12", `order ${id} opened it, and nobody had given it`);
    if (order.station !== node.id) broken("I-15", `order ${id} was for station ${order.station}`);
    if (firedCommands.has(id)) broken("I-13", `order ${id} opened it twice`);
    firedCommands.add(id);
    const epoch = `${node.id} ${order.epoch}`;
    const last = lastSeq.get(epoch) ?? 0;
    if (order.seq <= last) broken("I-17", `order ${id} has number ${order.seq}, ${last} was carried out before`);
    lastSeq.set(epoch, Math.max(last, order.seq));
    const lateMs = node.station!.now().getTime() - Date.parse(order.expiresAt);
    if (lateMs > toleranceMs)
      broken("I-16", `order ${id} was carried out ${Math.round(lateMs / 1_000)} s after its end, by the station's clock`);
    const recent = (remote.get(node.id) ?? []).filter((atMs) => scheduler.nowMs - atMs < 60_000);
    recent.push(scheduler.nowMs);
    remote.set(node.id, recent);
    if (recent.length > remoteOpensPerMinute) broken("I-22", `${recent.length} doors were opened from afar within a minute`);
  }

  /** A right opens once, unless its door is known to have stayed shut. */
  function right(id: string, intent: string, { station }: StationNode, broken: (invariant: string, what: string) => void): void {
    const before = byRight.get(id) ?? [];
    const used = before.filter((other) => station!.store.intents.outcomeOf(other) !== "refused");
    if (used.length > 0) broken("I-14", `right ${id} has opened it before`);
    byRight.set(id, [...before, intent]);
  }

  function openDoors({ station, cabinet }: StationNode, compartment: number, broken: (invariant: string, what: string) => void): void {
    const givenUp = station!.doors.leftOpen();
    for (const other of cabinet.openDoors()) {
      if (other === compartment || givenUp.includes(other) || cabinet.isDoubtful(other)) continue;
      if (scheduler.nowMs - cabinet.movedMs(other) > unseenMs) broken("I-22", `door ${other} stood open`);
    }
  }
}
export type AtTheLock = ReturnType<typeof atTheLock>;
