import type { ReactNode } from "react";
import { CheckIcon, CloudOffIcon, InboxIcon, InfoIcon, WarningIcon } from "./icons.tsx";

export type NoticeKind = "info" | "good" | "warn" | "error" | "offline" | "empty";

const kinds: Readonly<Record<NoticeKind, { box: string; icon: ReactNode }>> = {
  info: { box: "bg-accent-soft text-on-accent-soft", icon: <InfoIcon /> },
  good: { box: "bg-good-soft text-good", icon: <CheckIcon /> },
  warn: { box: "bg-warn-soft text-warn", icon: <WarningIcon /> },
  error: { box: "bg-bad-soft text-bad", icon: <WarningIcon /> },
  offline: { box: "bg-sunken text-ink", icon: <CloudOffIcon /> },
  empty: { box: "border border-dashed border-line-strong text-ink", icon: <InboxIcon /> },
};

export interface NoticeProps {
  readonly kind: NoticeKind;
  /** What is so. */
  readonly title: string;
  /** What it means, and what to do. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Spoken at once by a screen reader; use it for what appears in answer to something the reader did. */
  readonly announce?: boolean;
  /** The notice is the whole page: its title is the page's heading. `part`: it heads a part of it. */
  readonly heading?: boolean | "part";
}

/** Every empty, refused, failed or offline state: what it is, what it means, what to do. */
export function Notice({ kind, title, children, actions, announce = kind === "error", heading = false }: NoticeProps) {
  const { box, icon } = kinds[kind];
  const Title = heading === "part" ? "h2" : heading ? "h1" : "p";
  return (
    <div role={announce ? "alert" : undefined} className={`flex gap-3 rounded-medium p-4 ${box}`}>
      <span className="mt-0.5 shrink-0">{icon}</span>
      <div className="grid min-w-0 flex-1 gap-2">
        <Title className="font-semibold">{title}</Title>
        {children !== undefined && <div className="text-ink">{children}</div>}
        {actions !== undefined && <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  );
}
