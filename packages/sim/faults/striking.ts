import type { Meddle, Mishap } from "../backend/one-session.ts";
import type { Tally } from "../checks/tally.ts";
import type { SimBroker } from "../stations/broker.ts";
import type { StationNode } from "../stations/node.ts";
import type { Weather } from "../stations/weather.ts";
import type { Draw } from "../time/draw.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { Fault, FaultKind } from "./plan.ts";

interface Needs {
  readonly scheduler: Scheduler;
  readonly draw: Draw;
  readonly weather: Weather;
  readonly broker: SimBroker;
  readonly nodes: readonly StationNode[];
  readonly tally: Tally;
  readonly trace: (what: string, detail?: unknown) => void;
  /** Whoever forced a door has taken this along. */
  readonly stolen: (goods: readonly string[]) => void;
}

/** What may strike the backend's statements: one death at a counted statement, and spells in which some of them fail. */
export function databaseTroubles(scheduler: Scheduler, draw: Draw, tally: Tally) {
  let countdown: { left: number; readonly mishap: Mishap } | undefined;
  let spells: { readonly mishap: Mishap; readonly untilMs: number; readonly share: number; readonly draw: Draw }[] = [];
  const meddle: Meddle = (text) => {
    if (countdown && --countdown.left <= 0) {
      const { mishap } = countdown;
      countdown = undefined;
      tally.count(`fault: backend_${mishap}`);
      return mishap;
    }
    if (spells.length === 0 || text === "begin" || text === "rollback") return undefined;
    spells = spells.filter(({ untilMs }) => untilMs > scheduler.nowMs);
    for (const spell of spells)
      if (spell.draw.chance(spell.share)) {
        tally.count(`fault: ${spell.mishap}`);
        return spell.mishap;
      }
    return undefined;
  };
  return {
    meddle,
    crashAfter: (left: number, mishap: Mishap): void => {
      countdown = { left, mishap };
    },
    spell: (mishap: Mishap, ms: number, percent: number, number: number): void =>
      void spells.push({ mishap, untilMs: scheduler.nowMs + ms, share: percent / 100, draw: draw.of(`${mishap} ${number}`) }),
    heal(): void {
      spells = [];
      countdown = undefined;
    },
  };
}
export type DatabaseTroubles = ReturnType<typeof databaseTroubles>;

/** Lets the planned faults strike at their times, and ends all of them at once when the world is healed. */
export function striking({ scheduler, draw, weather, broker, nodes, tally, trace, stolen }: Needs, database: DatabaseTroubles) {
  let isHealed = false;
  const later = (ms: number, what: string, run: () => void): void => void scheduler.after(ms, what, () => isHealed || run());

  const strikes: Readonly<Record<FaultKind, (fault: Fault, node: StationNode, own: Draw) => void>> = {
    loss: spell,
    duplication: spell,
    reordering: spell,
    slowness: spell,
    garbled: spell,
    misdirected: spell,
    cut: silence,
    half_up: silence,
    half_down: silence,
    flapping(fault, node, own) {
      for (let i = 0; i < fault.value; i++)
        later(i * fault.ms * 2, "flapping", () => {
          weather.begin("cut", node.id, fault.ms, own);
          broker.watchSilence(node.id);
        });
    },
    broker_restart: ({ ms }) => broker.restart(ms, false),
    broker_restart_keeping: ({ ms }) => broker.restart(ms, true),
    backend_line: ({ ms }) => broker.cutBackend(ms),
    backend_crash_before: ({ value }) => database.crashAfter(value, "crash_before"),
    backend_crash_after: ({ value }) => database.crashAfter(value, "crash_after"),
    serialization: ({ ms, value, number }) => database.spell("serialization", ms, value, number),
    deadlock: ({ ms, value, number }) => database.spell("deadlock", ms, value, number),
    disconnected: ({ ms, value, number }) => database.spell("disconnected", ms, value, number),
    disk_full: ({ ms, value, number }) => database.spell("disk_full", ms, value, number),
    station_power_cut: (_fault, node) => node.crash("power cut"),
    station_crash_in_the_middle: ({ value }, node) => node.lightFuse(value),
    clock_forward: ({ value }, node) => jump(node, value),
    clock_back: ({ value }, node) => jump(node, -value),
    clock_drift({ value, ms }, node) {
      node.clock.drift(value);
      later(ms, "clock drifts no more", () => node.clock.drift(0));
    },
    door_sticks: ({ door, ms }, node) => ail(node, door, ms, { sticks: true }, { sticks: false }),
    door_bounces: ({ door, ms }, node) => ail(node, door, ms, { bounces: true }, { bounces: false }),
    door_lies: ({ door, ms }, node) => ail(node, door, ms, { lies: true }, { lies: false }),
    door_late: ({ door, ms, value }, node) => ail(node, door, ms, { lateMs: value }, { lateMs: 0 }),
    sensor_lies: ({ door, ms }, node) => ail(node, door, ms, { isBlind: true }, { isBlind: false }),
    boards_silent({ ms }, { cabinet }) {
      cabinet.silence(true);
      later(ms, "boards answer", () => cabinet.silence(false));
    },
    crowbar({ door }, { cabinet }) {
      const n = cabinet.numbers[door]!;
      cabinet.force(n);
      later(20_000, "forced door is shut", () => cabinet.shut(n));
    },
    theft({ door }, { cabinet }) {
      // Where something lies, if anywhere.
      const full = cabinet.numbers.filter((n) => cabinet.inside(n).length > 0 && !cabinet.isOpen(n));
      const n = full[door % Math.max(1, full.length)] ?? cabinet.numbers[door]!;
      cabinet.force(n);
      stolen(cabinet.take(n));
      later(20_000, "forced door is shut", () => cabinet.shut(n));
    },
  };
  function spell({ kind, ms }: Fault, node: StationNode, own: Draw): void {
    weather.begin(kind as "loss", node.id, ms, own);
  }
  function silence({ kind, ms }: Fault, node: StationNode, own: Draw): void {
    weather.begin(kind as "cut", node.id, ms, own);
    broker.watchSilence(node.id);
  }
  /** Wrong until somebody sets it right, as time servers do after a while. */
  function jump({ clock }: StationNode, ms: number): void {
    clock.jump(ms);
    later(draw.between(60_000, 3_600_000), "clock is set", () => clock.set());
  }
  type Ailing = Parameters<StationNode["cabinet"]["ail"]>[1];
  function ail({ cabinet }: StationNode, door: number, ms: number, ill: Ailing, well: Ailing): void {
    const n = cabinet.numbers[door]!;
    cabinet.ail(n, ill);
    later(ms, "door is well", () => cabinet.ail(n, well));
  }

  return {
    strike(faults: readonly Fault[]): void {
      for (const fault of faults)
        scheduler.at(fault.atMs, `fault ${fault.kind}`, () => {
          if (isHealed) return;
          trace("fault", fault);
          // What strikes at a statement, or at each of some messages, is counted when it does.
          if (!/^backend_crash|^serialization|^deadlock|^disconnected|^disk_full/.test(fault.kind)) tally.count(`fault: ${fault.kind}`);
          strikes[fault.kind](fault, nodes[fault.station]!, draw.of(`fault ${fault.number}`));
        });
    },
    /** From now on nothing goes wrong by itself; what is down comes up again. */
    heal(): void {
      isHealed = true;
      trace("heal");
      weather.heal();
      database.heal();
      for (const node of nodes) {
        node.cabinet.repair();
        node.lightFuse(0);
        node.clock.drift(0);
        node.clock.set();
      }
    },
  };
}
