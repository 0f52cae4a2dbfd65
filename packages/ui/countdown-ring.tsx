import { useEffect, useRef } from "react";
import { useNow } from "./clock.ts";
import { clockLeft, remaining } from "./format.ts";
import { useSay } from "./language.tsx";
import { words } from "./words.ts";

export interface CountdownRingProps {
  /** When the counted time began: the ring is full then. */
  readonly from: Date | string;
  /** Half-open: at this instant it is over. */
  readonly until: Date | string;
  readonly onOver?: () => void;
  readonly size?: number;
}

/** A ring that empties. A screen reader hears the whole minutes, not every second. */
export function CountdownRing({ from, until, onOver, size = 112 }: CountdownRingProps) {
  const say = useSay(words);
  const { leftMs, share } = remaining(from, until, useNow(1000));
  const isOver = leftMs === 0;
  const told = useRef(false);
  useEffect(() => {
    if (isOver && !told.current) {
      told.current = true;
      onOver?.();
    }
    if (!isOver) told.current = false;
  }, [isOver, onOver]);
  const around = 2 * Math.PI * 44;
  const colour = leftMs > 60_000 ? "var(--accent)" : "var(--bad)";
  return (
    <div role="timer" className="relative grid place-items-center" style={{ width: size, height: size }}>
      <svg viewBox="0 0 100 100" className="absolute inset-0 -rotate-90" aria-hidden>
        <circle cx="50" cy="50" r="44" fill="none" stroke="var(--line)" strokeWidth="7" />
        <circle
          cx="50"
          cy="50"
          r="44"
          fill="none"
          stroke={colour}
          strokeWidth="7"
          strokeLinecap="round"
          strokeDasharray={around}
          strokeDashoffset={around * (1 - share)}
        />
      </svg>
      <span aria-hidden className="text-title font-semibold" style={{ color: leftMs > 60_000 ? undefined : "var(--bad)" }}>
        {clockLeft(leftMs)}
      </span>
      <span className="sr-only" aria-live="polite">
        {isOver ? say("countdown.over") : say("countdown.left", { count: Math.ceil(leftMs / 60_000) })}
      </span>
    </div>
  );
}
