import { Failed } from "@pigeonhole/ui/failed.tsx";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

interface SectionProps<T> {
  readonly id: string;
  readonly title: string;
  /** What belongs here, and what is to be done with it. Shown while there is something. */
  readonly about?: string;
  readonly list: Pick<UseQueryResult, "isPending" | "error"> & {
    readonly data?: readonly T[] | undefined;
    readonly refetch: () => unknown;
  };
  /** What is so when nothing waits. */
  readonly none: string;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** One kind of task. While nothing of it waits it takes one line. */
export function Section<T>({ id, title, about, list, none, children }: SectionProps<T>) {
  if (list.data?.length === 0)
    return (
      <section id={id} className="flex min-h-12 items-center gap-3 rounded-medium border border-line px-4 text-ink-soft">
        <span className="text-good">
          <CheckIcon />
        </span>
        <h2 className="text-body font-normal">{none}</h2>
      </section>
    );
  return (
    <section id={id} className="card grid gap-3 p-4 lg:p-5">
      <div className="grid gap-1">
        <h2 className="text-title">{title}</h2>
        {about !== undefined && <p className="text-small text-ink-soft">{about}</p>}
      </div>
      {list.isPending ? (
        <Spinner />
      ) : list.data === undefined ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        children(list.data)
      )}
    </section>
  );
}

/** One task: what it is, whose and since when it is, and what may be done about it. */
export const Task = ({ children, actions }: { children: ReactNode; actions?: ReactNode }) => (
  <li className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-3 first:border-0 first:pt-0">
    <span className="grid min-w-0 flex-1 basis-72 gap-0.5">{children}</span>
    {actions}
  </li>
);
