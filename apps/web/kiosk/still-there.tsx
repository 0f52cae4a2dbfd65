import { useSay } from "@pigeonhole/ui/language.tsx";
import { useEffect, useState } from "react";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import { passed, secondsLeft, type Idle } from "./idle.ts";
import { Key } from "./key.tsx";
import { words } from "./words.ts";

/** Counts while nobody touches anything. `what` names the screen: another one begins the count anew. */
export function useIdle(what: string, mayLeave: boolean, onOver: () => void): Idle {
  const [idle, set] = useState<Idle>({ phase: "away" });
  useEffect(() => set((before) => passed(before, { kind: "shown", mayLeave, atMs: systemMonotonic() })), [what, mayLeave]);
  useEffect(() => {
    const touch = () => set((before) => passed(before, { kind: "touched", atMs: systemMonotonic() }));
    const stop = systemTimers.every(500, () => set((before) => passed(before, { kind: "ticked", atMs: systemMonotonic() })));
    addEventListener("pointerdown", touch, { capture: true });
    addEventListener("keydown", touch, { capture: true });
    return () => {
      stop();
      removeEventListener("pointerdown", touch, { capture: true });
      removeEventListener("keydown", touch, { capture: true });
    };
  }, []);
  useEffect(() => {
    if (idle.phase === "over") onOver();
  }, [idle.phase, onOver]);
  return idle;
}

/** The warning before the screen goes back by itself: over everything, one key. */
export function StillThere({ touchedAtMs }: { touchedAtMs: number }) {
  const say = useSay(words);
  const [nowMs, move] = useState(systemMonotonic);
  useEffect(() => systemTimers.every(500, () => move(systemMonotonic())), []);
  return (
    <div role="alertdialog" aria-modal aria-label={say("left.title")} className="fixed inset-0 z-50 flex items-end bg-veil">
      <div className="grid w-full gap-5 rounded-t-large border-t-2 border-line-strong bg-surface px-5 pt-8 pb-[12dvh] text-center">
        <p className="text-[2rem] font-bold">{say("left.title")}</p>
        <p aria-live="off" className="text-lead">
          {say("left.body", { count: secondsLeft(touchedAtMs, nowMs) })}
        </p>
        <Key autoFocus tall look="primary">
          {say("left.stay")}
        </Key>
      </div>
    </div>
  );
}
