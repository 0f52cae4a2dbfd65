import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { QuietHours } from "@pigeonhole/protocol/firmware";
import { decide, planWaves, waveOf } from "./domain.ts";
import { RolloutChanged } from "./events.ts";
import * as queries from "./queries.ts";
import type { RolloutRow } from "./queries.ts";
import type { Tables } from "./tables.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
}
interface Wish {
  readonly model: string;
  readonly release: number;
  readonly version: string;
  readonly soakMinutes: number;
  readonly quietHours: QuietHours | null;
}
/** Who acts when nobody does. */
const itself = "module:firmware";

/** What operators do to rollouts, and what rollouts do by themselves. */
export function rollouts({ db, now, newId, log }: Needs) {
  type Change = "began" | "wave_opened" | "paused" | "resumed" | "stopped" | "ended" | "retried";
  const tell = (tx: Tx<Tables>, row: Pick<RolloutRow, "id" | "model" | "release">, change: Change, reason: string | null, actor: string) =>
    publish(tx, now(), RolloutChanged, { rollout: row.id, model: row.model, release: row.release, change, reason, actor });
  const locked = async (tx: Tx<Tables>, id: string): Promise<RolloutRow> => {
    const row = await queries.lock(tx, id);
    if (!row) throw new Refused("not_found", `There is no rollout ${id}.`);
    return row;
  };

  async function begin({ model, release, version, soakMinutes, quietHours }: Wish, actor: string): Promise<string> {
    const id = newId();
    await db.transaction().execute(async (tx) => {
      const [other] = await queries.underWay(tx, model);
      if (other) throw new Refused("rollout_under_way", `Release ${other.release} of ${model} is under way. Stop it first.`);
      const stations = await queries.candidates(tx, id, model, release);
      if (stations.length === 0)
        throw new Refused("no_stations", `Every station of ${model} runs release ${release}, or none has reported.`);
      const waves = planWaves(stations.length);
      const at = now();
      const row = { id, model, release, version, waves, created_by: actor, created_at: at, soak_minutes: soakMinutes };
      const quiet = { quiet_from: quietHours?.from ?? null, quiet_until: quietHours?.until ?? null };
      await queries.add(tx, { ...row, ...quiet, state: "running", reason: null, wave: 0, settled_at: null, ended_at: null });
      await queries.addStations(
        tx,
        id,
        stations.map((station, place) => ({ station, wave: waveOf(waves, place) })),
        at,
      );
      await queries.openWave(tx, id, 0, at);
      await tell(tx, row, "began", null, actor);
    });
    return id;
  }

  /** An operator's word. Stopping or pausing withdraws the offers of all who have not changed over. */
  async function change(id: string, to: "paused" | "resumed" | "stopped", reason: string, actor: string): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const row = await locked(tx, id);
      const may = { paused: ["running"], resumed: ["paused"], stopped: ["running", "paused"] }[to];
      if (!may.includes(row.state)) throw new Refused("not_now", `The rollout is ${row.state}.`);
      const state = to === "resumed" ? "running" : to;
      await queries.update(tx, id, { state, reason, settled_at: null, ...(state === "stopped" && { ended_at: now() }) });
      await queries.tellAll(tx, id, now());
      await tell(tx, row, to, reason, actor);
    });
  }

  async function retry(id: string, station: string, reason: string, actor: string): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const row = await locked(tx, id);
      if (row.state === "stopped") throw new Refused("not_now", "The rollout is stopped.");
      if (!(await queries.retry(tx, id, station, now()))) throw new Refused("not_now", "This station did not fail.");
      await tell(tx, row, "retried", `${station}: ${reason}`, actor);
    });
  }

  /** Looks at the facts of every rollout that runs, and does what they say. */
  async function advance(): Promise<void> {
    for (const { id } of await queries.underWay(db)) {
      await db.transaction().execute(async (tx) => {
        const row = await queries.lock(tx, id);
        if (row?.state === "running") await advanceOne(tx, row);
      });
    }
  }

  async function advanceOne(tx: Tx<Tables>, row: RolloutRow): Promise<void> {
    const at = now();
    await queries.failSilent(tx, row.id, at);
    const next = decide(await queries.situation(tx, row), at);
    switch (next.kind) {
      case "stop":
        log.warn({ rollout: row.id, reason: next.reason }, "a rollout stopped itself");
        await queries.update(tx, row.id, { state: "stopped", reason: next.reason, ended_at: at });
        await queries.tellAll(tx, row.id, at);
        return tell(tx, row, "stopped", next.reason, itself);
      case "open":
        await queries.openWave(tx, row.id, next.wave, at);
        return tell(tx, row, "wave_opened", `wave ${next.wave + 1} of ${row.waves.length}`, itself);
      case "done":
        await queries.update(tx, row.id, { state: "done", ended_at: at });
        return tell(tx, row, "ended", null, itself);
      case "settled":
        return queries.update(tx, row.id, { settled_at: at });
      case "unsettled":
        return queries.update(tx, row.id, { settled_at: null });
      case "wait":
    }
  }
  return { begin, change, retry, advance };
}
