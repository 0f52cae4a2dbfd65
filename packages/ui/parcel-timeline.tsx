import type { ReactNode } from "react";
import { CheckIcon } from "./icons.tsx";

/** One entry between checkout and hand. The caller has chosen the words that this reader may see. */
export interface TimelineEntry {
  readonly key: string;
  readonly what: string;
  readonly who?: string | undefined;
  readonly when?: string | undefined;
  /** ISO instant of `when`, for machines. */
  readonly at?: string | undefined;
  readonly where?: string | undefined;
  /** What shows that it is so: a receipt, a photo, a signature. */
  readonly proof?: ReactNode;
  readonly state: "done" | "now" | "next" | "failed";
}

const marks: Readonly<Record<TimelineEntry["state"], string>> = {
  done: "bg-accent text-on-accent",
  now: "border-[3px] border-accent bg-surface",
  next: "border-2 border-dashed border-line-strong bg-surface",
  failed: "bg-bad text-on-bad",
};

/** Done above, next below; the same for customer, courier, shop and operator. */
export function ParcelTimeline({ entries, label }: { entries: readonly TimelineEntry[]; label: string }) {
  return (
    <ol aria-label={label} className="grid">
      {entries.map((entry, at) => (
        <li key={entry.key} aria-current={entry.state === "now" ? "step" : undefined} className="grid grid-cols-[28px_1fr] gap-x-3">
          <span className="flex flex-col items-center" aria-hidden>
            <span className={`grid size-6 shrink-0 place-items-center rounded-full ${marks[entry.state]}`}>
              {entry.state === "done" && <CheckIcon size={14} />}
              {entry.state === "failed" && "!"}
              {entry.state === "now" && <span className="size-2.5 rounded-full bg-accent" />}
            </span>
            {at < entries.length - 1 && <span className={`w-0.5 flex-1 ${entries[at + 1]!.state === "next" ? "bg-line" : "bg-accent"}`} />}
          </span>
          <span className={`grid gap-0.5 pb-5 ${entry.state === "next" ? "text-ink-soft" : ""}`}>
            <span className={`flex flex-wrap items-baseline justify-between gap-x-3 ${entry.state === "now" ? "font-semibold" : ""}`}>
              <span>{entry.what}</span>
              {entry.when !== undefined && (
                <time dateTime={entry.at} className="text-small font-normal text-ink-soft">
                  {entry.when}
                </time>
              )}
            </span>
            {(entry.who !== undefined || entry.where !== undefined) && (
              <span className="text-small text-ink-soft">{[entry.who, entry.where].filter(Boolean).join(" · ")}</span>
            )}
            {entry.proof !== undefined && <span className="text-small">{entry.proof}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
