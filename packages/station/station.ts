import { createPrivateKey } from "node:crypto";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { NewId } from "@pigeonhole/kit/ids";
import { createSeal } from "@pigeonhole/kit/seal";
import type { Log } from "@pigeonhole/kit/log";
import type { Random } from "@pigeonhole/kit/random";
import type { Timers } from "@pigeonhole/kit/timers";
import type { Locks } from "@pigeonhole/lock-boards/lock-board";
import { heartbeatSeconds, type Desired } from "@pigeonhole/protocol/messages";
import { tellStart, type Commissioned } from "./commissioning/telling.ts";
import { cabinet as createCabinet } from "./cabinet/cabinet.ts";
import { doors as createDoors } from "./doors/doors.ts";
import { link as createLink } from "./link/link.ts";
import { quality as createQuality } from "./link/quality.ts";
import type { Wire } from "./link/wire.ts";
import type { Identity } from "./provisioning/identity.ts";
import { carrying as createCarrying } from "./phones/carrying.ts";
import { receipts as createReceipts } from "./phones/receipts.ts";
import { powerWatch } from "./power/watch.ts";
import { openStore } from "./store/store.ts";
import { signalling } from "./signals/signals.ts";
import { narrowest, openToAll, permitsOf } from "@pigeonhole/protocol/service";
import { tamper as createTamper } from "./tamper/tamper.ts";
import { doorCounts } from "./telemetry/door-counts.ts";
import { senses as createSenses } from "./telemetry/senses.ts";
import { noSensors, type Sensors } from "./telemetry/sensors.ts";
import { telemetry as createTelemetry } from "./telemetry/telemetry.ts";
import { expiryOf, isRenewalDue, nextCertificate } from "./provisioning/renewal.ts";
import { keyring } from "./rights/keyring.ts";
import { stationClock } from "./time/station-clock.ts";
import { commands as createCommands } from "./visits/commands.ts";
import { deposits as createDeposits } from "./visits/deposit.ts";
import { effects as createEffects } from "./visits/effects.ts";
import { mistakes as createMistakes } from "./visits/mistakes.ts";
import { pickups as createPickups } from "./visits/pickup.ts";
import { reopens as createReopens } from "./visits/reopen.ts";
import { retrievals as createRetrievals } from "./visits/retrieval.ts";
import { screen as createScreen } from "./visits/screen.ts";
import { untold as createUntold } from "./visits/untold.ts";

export interface StationNeeds {
  readonly identity: Identity;
  /** SQLite file. */
  readonly storeFile: string;
  /** The locks by door number, as wired. */
  readonly board: Locks;
  /** Of the cabinet itself: warmth, power, its enclosure. */
  readonly sensors?: Sensors;
  /** So long a full battery carries the cabinet. Minutes. */
  readonly batteryMinutes?: number;
  /** Boxes of walk-ups whose time is over are given away (A8.1); else their parcel waits for somebody who takes it out. */
  readonly freesExpired?: boolean;
  /** Nothing more can be done on this battery: switches the machine off. */
  readonly powerOff?: () => void;
  /** The backend's document wants, or no longer wants, a look inside. */
  readonly diagnose?: (wish: Desired["diagnosis"]) => void;
  /** A sample of how the cabinet is, so often. Seconds. */
  readonly sampleSeconds?: number;
  /** `keepalive`: how often the line shows that it lives when it should not do so as usual. Seconds. */
  readonly wire: (bootId: string, keepalive: () => number | undefined) => Wire;
  /** The station has its next certificate: to be kept, and used from the next connection on. */
  readonly keepCertificate?: (certificate: string) => void;
  readonly firmware: string;
  readonly commissioned?: Commissioned;
  /** Entries of the log that may wait for the backend. */
  readonly eventLimit?: number;
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly newId: NewId;
  readonly random: Random;
  readonly timers: Timers;
  readonly log: Log;
}

/** A station on its last battery speaks so often, and its radio no more often. Seconds. */
const asleepSeconds = 120;
/** How often the time floor is kept and what nobody needs any more is forgotten. */
const tickMs = 60_000;
/** So long a station remembers what is used up: no code lives longer, and reconnecting late is no excuse (reliability §4). */
const rememberedMs = 90 * 24 * 3_600_000;
/** The name under which the backend looks up the key of a station's log. */
const stationKid = "station";

/** The whole cabinet, built around the core: store, doors, visits and the link, wired. Starts with `start`, lets go of everything with `stop`. */
export function createStation(needs: StationNeeds) {
  const { identity, board, monotonic, newId, random, timers, log, firmware } = needs;
  const { sensors = noSensors, sampleSeconds = 60, batteryMinutes = 45, powerOff = () => {} } = needs;
  const { station, epoch } = identity;
  const bootId = newId();
  let { certificate } = identity;
  const key = { kid: stationKid, key: createPrivateKey(identity.key) };
  const limit = needs.eventLimit === undefined ? {} : { eventLimit: needs.eventLimit };
  const store = openStore(needs.storeFile, { station, epoch, key, ...limit }, needs.now());
  const heard = store.meta.get("heard_at");
  /** When the backend was last known to be in reach. */
  let heardAt = heard === undefined ? undefined : new Date(heard);
  const floor = store.meta.get("time_floor");
  const clock = stationClock({ now: needs.now, monotonic, floor: floor === undefined ? null : new Date(floor) });
  const now = clock.now;
  const keys = keyring(store, identity);
  const signingKeys = keys.pinned;

  const own = () => narrowest(tamper.isHeld() ? permitsOf({ state: "suspended", reason: "tamper" }) : openToAll, power.permits);
  const codeKey = Buffer.from(identity.codeKey, "base64url");
  const cabinet = createCabinet({
    store,
    station,
    codeKey,
    now,
    least: clock.least,
    random,
    own,
  });
  const effects = createEffects({ store, cabinet });
  const counts = doorCounts(monotonic);
  const quality = createQuality(monotonic);
  const senses = createSenses({
    sensors,
    felt: (readings) => {
      power.felt(readings);
      tamper.felt(readings.isTampered);
    },
    timers,
    log,
  });
  const tamper = createTamper({
    store,
    cabinet,
    epoch,
    isOpen: (n) => doors.openDoors().includes(n),
    changed: changedAtAll,
    now,
    timers,
    log,
  });
  const power = powerWatch({
    store,
    batteryMinutes,
    isVisiting: () => screen.step.step !== "idle" && screen.step.step !== "done",
    changed: (mode) => {
      changedAtAll();
      // Another pace is another connection: not while people are being served.
      if (isAsleep() !== wasAsleep) link.repace();
      wasAsleep = isAsleep();
      telemetry.now();
      if (mode === "ending") powerOff();
    },
    now,
    monotonic,
    log,
  });
  let wasAsleep = power.mode === "standby" || power.mode === "ending";
  const isAsleep = (): boolean => power.mode === "standby" || power.mode === "ending";
  /** What the cabinet does is another thing now: the screen and the backend are told. */
  function changedAtAll(): void {
    screen.changed();
    link.beat();
  }
  const screen = createScreen({
    store,
    now,
    timers,
    unanswered: (compartment) => deposits.unanswered(compartment),
    mistaken: (...word) => mistakes.closed(...word),
  });
  const doors = createDoors({
    board,
    store,
    cabinet,
    now,
    monotonic,
    timers,
    log,
    firing: counts.firing,
    settled: effects.settled,
    closed: effects.closed,
    forced: (compartment, isReleased, at) => effects.quarantine(compartment, isReleased ? "lock_released" : "forced", at),
    contradiction: effects.contradiction,
    contradicted: effects.quarantine,
    tell: (news) => {
      counts.follow(news);
      screen.follow(news);
      if (news.kind === "closed") deposits.sensed(news.compartment);
      if (news.kind !== "left_open") link.beat();
      if (news.kind === "closed") telemetry.visited();
      if (news.kind === "forced") tamper.forced(news.compartment);
    },
  });
  const untold = createUntold({ store, seal: createSeal([codeKey], random), now });
  const deposits = createDeposits({ store, cabinet, doors, screen, effects, untold, now, newId });
  const retrievals = createRetrievals({ store, cabinet, doors, screen, effects, now });
  const mistakes = createMistakes({ store, cabinet, doors, screen, effects, deposits, stuck: () => pickups.stuck(), now, newId, log });
  const commands = createCommands({
    store,
    cabinet,
    doors,
    screen,
    effects,
    deposits,
    retrievals,
    mistakes,
    station,
    epoch,
    signingKeys,
    clock,
    now,
    newId,
    log,
  });
  const link = createLink({
    wire: needs.wire(bootId, () => (isAsleep() ? asleepSeconds : undefined)),
    store,
    cabinet,
    station,
    epoch,
    keys,
    renewal: {
      isDue: () => isRenewalDue(certificate, now()),
      expiresAt: () => expiryOf(certificate),
      take: (message) => {
        certificate = nextCertificate(message, { ...identity, certificate });
        needs.keepCertificate?.(certificate);
      },
    },
    clock,
    firmware,
    bootId,
    now,
    newId,
    timers,
    log,
    vitals: () => {
      const { temperatureC, mains, batteryPercent } = senses.readings();
      // A cabinet that cannot tell is one without a battery: it says so by being away.
      return { openDoors: doors.openDoors(), temperatureC, mains: mains ?? true, batteryPercent };
    },
    beatSeconds: () => (isAsleep() ? asleepSeconds : heartbeatSeconds),
    execute: commands.execute,
    changed: () => {
      const { desired } = cabinet;
      heardAt = now();
      if (desired) tamper.inspected(desired.inspectedUpTo);
      if (desired) needs.diagnose?.(desired.diagnosis);
      screen.changed();
      if (link.isUp()) telemetry.connected();
    },
    quality,
  });
  const telemetry = createTelemetry({
    store,
    cabinet,
    doors,
    counts,
    quality,
    readings: senses.readings,
    power: () => power.mode,
    link,
    firmware,
    everySeconds: () => (isAsleep() ? Math.max(sampleSeconds, asleepSeconds) : sampleSeconds),
    now,
    timers,
    log,
  });
  store.onEvent(link.pump);
  const reopens = createReopens({ store, doors, screen, now, newId });
  const pickups = createPickups({
    store,
    cabinet,
    doors,
    screen,
    effects,
    reopens,
    station,
    signingKeys,
    ask: link.ask,
    clock,
    heard: () => (link.isUp() ? undefined : heardAt),
    now,
    newId,
  });

  const signals = signalling({ signals: board.signals ?? [], screen, timers, log });
  const carrying = createCarrying({ store, cabinet, screen, clock, station, epoch, signingKeys, now });
  const receipts = createReceipts({ store });

  function tick(): void {
    const at = now();
    if (link.isUp()) heardAt = at;
    const before = new Date(at.getTime() - rememberedMs);
    store.change(() => {
      store.meta.set("time_floor", clock.tick().toISOString());
      if (heardAt) store.meta.set("heard_at", heardAt.toISOString());
      store.forget(before, at);
      store.journal.summarise(at);
      store.journal.forgetAcknowledged(store.acknowledged);
    });
    link.renewWhenDue();
    if (needs.freesExpired) deposits.freeExpired(clock.least());
    if (clock.isDistrusted()) log.error("the clock of this computer is not believed");
  }

  let cancelTick = (): void => {};
  return {
    cabinet,
    doors,
    screen,
    deposits,
    retrievals,
    mistakes,
    pickups,
    carrying,
    receipts,
    reopens,
    link,
    senses,
    power,
    tamper,
    store,
    /** The time, as far as it is believed. */
    now,
    async start(): Promise<void> {
      tick();
      tellStart({ store, epoch, now }, { firmware, bootId }, needs.commissioned);
      await doors.start();
      screen.resume(doors.openDoors());
      deposits.resume();
      signals.start();
      tamper.start();
      await senses.start();
      link.start();
      telemetry.start();
      cancelTick = timers.every(tickMs, tick);
    },
    /** An opening under way is waited for by the board itself; its intent is durable, and the next start settles it. */
    async stop(): Promise<void> {
      cancelTick();
      telemetry.stop();
      senses.stop();
      tamper.stop();
      signals.stop();
      deposits.stop();
      doors.stop();
      screen.stop();
      await link.stop();
      await board.close();
      store.close();
    },
  };
}
export type Station = ReturnType<typeof createStation>;
