import { CheckIcon, InfoIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import type { ReactNode } from "react";
import type { Cause, Health, Level } from "./health.ts";
import { words } from "./words.ts";

const looks: Readonly<Record<Level, { readonly box: string; readonly icon: ReactNode }>> = {
  alarm: { box: "bg-bad text-on-bad", icon: <WarningIcon size={16} /> },
  watch: { box: "bg-warn-soft text-warn", icon: <InfoIcon size={16} /> },
  good: { box: "bg-good-soft text-good", icon: <CheckIcon size={16} /> },
  unknown: { box: "border border-dashed border-line-strong text-ink-soft", icon: null },
};

/** One figure, its level in colour, sign and word. */
export function HealthMark({ health }: { health: Health }) {
  const say = useSay(words);
  const { box, icon } = looks[health.level];
  return (
    <span className={`inline-flex min-w-16 items-center justify-center gap-1.5 rounded-small px-2 py-1 text-small font-bold ${box}`}>
      {icon}
      <span className="sr-only">{say(`level.${health.level}`)}</span>
      {health.figure ?? "–"}
    </span>
  );
}

export function useCauseText(): (cause: Cause) => string {
  const say = useSay(words);
  return ({ kind, amount }) =>
    kind === "full" || kind === "suspended" || kind === "quarantine" || kind === "behind"
      ? say(`cause.${kind}`)
      : say(`cause.${kind}`, { amount });
}

/** Why the figure is what it is. */
export function Why({ health }: { health: Health }) {
  const say = useSay(words);
  const text = useCauseText();
  if (health.level === "unknown") return <span className="text-ink-soft">{say("health.unknown")}</span>;
  if (health.causes.length === 0) return <span className="text-ink-soft">{say("health.fine")}</span>;
  return (
    <span className="flex flex-wrap gap-x-3">
      {health.causes.map((cause) => (
        <span key={cause.kind} className={cause.level === "alarm" ? "font-semibold text-bad" : ""}>
          {text(cause)}
        </span>
      ))}
    </span>
  );
}
