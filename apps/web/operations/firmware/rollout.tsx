import { stationStates, type Rollout, type StationState, type Wave } from "@pigeonhole/firmware/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useState } from "react";
import { firmware } from "../../shell/api.ts";
import { To } from "../../shell/to.tsx";
import { stationAt } from "../addresses.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { words } from "./words.ts";

const verbs = ["pause", "resume", "stop"] as const;
type Verb = (typeof verbs)[number];
/** What may be done in which state. */
const may: Readonly<Record<Rollout["state"], readonly Verb[]>> = {
  running: ["pause", "stop"],
  paused: ["resume", "stop"],
  stopped: [],
  done: [],
};
/** How a group's bar shows a state: colour, and a pattern or corner so that colour is not alone; the words stand below. */
const bars: Readonly<Record<StationState, string>> = {
  confirmed: "bg-good",
  failed: "bg-bad",
  switching: "bg-accent",
  ready: "bg-accent opacity-60",
  offered: "bg-accent opacity-30",
  waiting: "bg-line",
};
const order: readonly StationState[] = ["confirmed", "switching", "ready", "offered", "waiting", "failed"];

/** One rollout: how far each group is, who failed and why, and what may be done about it. */
export function RolloutCard({ rollout, now, mayAct }: { rollout: Rollout; now: Date; mayAct: boolean }) {
  const say = useSay(words);
  const formats = useFormats();
  const [asked, setAsked] = useState<Verb | { station: string; name: string }>();
  const { release, version, model, state, reason, waves, failures, quietHours, openings } = rollout;
  const count = (...states: StationState[]): number =>
    waves.reduce((sum, wave) => sum + states.reduce((all, one) => all + (wave.states[one] ?? 0), 0), 0);
  const tone = state === "stopped" ? "text-bad" : state === "paused" ? "text-warn" : state === "done" ? "text-good" : "text-accent";
  const [before, after] = [openings.before, openings.after];
  return (
    <li className="card grid gap-4 p-4 lg:p-5">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid gap-1">
          <h3 className="text-title">{say("rollout.title", { release, version, model })}</h3>
          <p>
            <b className={tone}>{say(`state.${state}`)}</b>
            {reason !== null && <span className="wrap-anywhere">: {reason}</span>}
          </p>
          <p className="text-small text-ink-soft">
            {say("rollout.began", { when: formats.moment(rollout.createdAt, now) })}
            {rollout.endedAt !== null && <>, {say("rollout.ended", { when: formats.moment(rollout.endedAt, now) })}</>},{" "}
            {quietHours ? say("rollout.quiet", quietHours) : say("rollout.any")}
            {state === "running" && rollout.nextWaveAt !== null && (
              <>. {say("rollout.next", { when: formats.relative(rollout.nextWaveAt, now) })}</>
            )}
          </p>
        </div>
        {mayAct && (
          <div className="flex flex-wrap gap-2">
            {may[state].map((verb) => (
              <Button key={verb} size="small" look={verb === "stop" ? "danger" : "plain"} onPress={() => setAsked(verb)}>
                {say(verb)}
              </Button>
            ))}
          </div>
        )}
      </div>
      <ol className="grid gap-3 md:grid-cols-3">
        {waves.map((wave) => (
          <Group key={wave.wave} wave={wave} />
        ))}
      </ol>
      {after.opened + after.failed > 0 && (
        <p className="text-small text-ink-soft">
          {say("openings", {
            after: after.failed,
            afterAll: after.opened + after.failed,
            before: before.failed,
            beforeAll: before.opened + before.failed,
          })}
        </p>
      )}
      {failures.length > 0 && (
        <div className="grid gap-2">
          <h4 className="font-semibold text-bad">{say("failures", { count: count("failed") })}</h4>
          <ul className="grid gap-2">
            {failures.map((failure) => (
              <li key={failure.station} className="flex flex-wrap items-center justify-between gap-2 border-t border-line pt-2">
                <span className="grid min-w-0 flex-1 gap-0.5">
                  <To href={stationAt(failure.station)} className="font-semibold text-accent underline underline-offset-4">
                    {failure.name || failure.station.slice(-8)}
                  </To>
                  <span className="text-small wrap-anywhere text-ink-soft">
                    {failure.reason}, {formats.moment(failure.at, now)}
                    {failure.attempt > 1 && <>, {say("failures.attempt", { n: failure.attempt })}</>}
                  </span>
                </span>
                {mayAct && state !== "stopped" && (
                  <Button size="small" onPress={() => setAsked(failure)}>
                    {say("retry")}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </div>
      )}
      {typeof asked === "string" ? (
        <ReasonDialog
          changes="firmware"
          title={say(`${asked}.title`)}
          body={say(`${asked}.body`, { count: asked === "stop" ? count("confirmed") : count("offered", "ready") })}
          verb={say(asked)}
          isDangerous={asked === "stop"}
          act={(why) => ask(firmware.firmware.rollouts[":rollout"][asked].$post({ param: { rollout: rollout.id }, json: { reason: why } }))}
          onClose={() => setAsked(undefined)}
        />
      ) : (
        asked && (
          <ReasonDialog
            changes="firmware"
            title={say("retry.title", { station: asked.name })}
            body={say("retry.body")}
            verb={say("retry")}
            act={(why) =>
              ask(
                firmware.firmware.rollouts[":rollout"].stations[":station"].retry.$post({
                  param: { rollout: rollout.id, station: asked.station },
                  json: { reason: why },
                }),
              )
            }
            onClose={() => setAsked(undefined)}
          />
        )
      )}
    </li>
  );
}

function Group({ wave }: { wave: Wave }) {
  const say = useSay(words);
  const there = order.filter((state) => (wave.states[state] ?? 0) > 0);
  const spoken = stationStates
    .filter((state) => (wave.states[state] ?? 0) > 0)
    .map((state) => `${wave.states[state]} ${say(`station.${state}`)}`);
  return (
    <li className={`grid content-start gap-1.5 rounded-medium bg-sunken p-3 ${wave.isOpen ? "" : "opacity-70"}`}>
      <b>{wave.wave === 0 ? say("wave.canary") : say("wave.n", { n: wave.wave + 1 })}</b>
      <div className="flex h-3 gap-px overflow-hidden rounded-full bg-line" aria-hidden>
        {there.map((state) => (
          <span key={state} className={bars[state]} style={{ flexGrow: wave.states[state] }} />
        ))}
      </div>
      <span className="text-small">
        {say("wave.total", { count: wave.total })}
        {wave.isOpen ? `: ${spoken.join(", ")}` : `, ${say("wave.closed")}`}
      </span>
    </li>
  );
}
