import type { ReactNode } from "react";

/** Names and values, one below the other. What is not known is left out by the caller, never shown as empty. */
export const Facts = ({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) => (
  <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-2">
    {facts.map(([name, value]) => (
      <div key={name} className="contents">
        <dt className="text-small text-ink-soft">{name}</dt>
        <dd className="m-0 min-w-0 wrap-anywhere">{value}</dd>
      </div>
    ))}
  </dl>
);
