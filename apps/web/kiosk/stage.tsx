import { createContext, use, useEffect, type ReactNode } from "react";

/** Tells the screen reader, and "read aloud", what is on the screen now. */
export const Announcing = createContext<(text: string) => void>(() => {});

export interface StageProps {
  /** What is so: the first line, the one that is said aloud. */
  readonly title: string;
  readonly body?: string;
  readonly tone?: "plain" | "good" | "warn";
  /** Drawing or code, in the upper half: to look at. */
  readonly picture?: ReactNode;
  /** Everything to press, in the lower half. */
  readonly controls?: ReactNode;
  /** Said beside title and body, when it says more than they do. */
  readonly spoken?: string;
}

const tones: Readonly<Record<NonNullable<StageProps["tone"]>, string>> = { plain: "", good: "text-good", warn: "text-warn" };

/** One thing to know above, one thing to do below. */
export function Stage({ title, body, tone = "plain", picture, controls, spoken }: StageProps) {
  const announce = use(Announcing);
  const text = [title, body, spoken].filter(Boolean).join(". ");
  useEffect(() => announce(text), [announce, text]);
  return (
    <main className="grid min-h-0 flex-1 grid-rows-[minmax(0,1fr)_auto] gap-6 px-5 pb-4">
      <div className="flex min-h-0 flex-col items-center justify-center gap-5 text-center">
        <div className="grid max-w-[34rem] gap-3">
          <h1 className={`text-[2rem] leading-[1.15] ${tones[tone]}`}>{title}</h1>
          {body !== undefined && <p className="text-lead">{body}</p>}
        </div>
        {picture !== undefined && <div className="flex min-h-0 w-full flex-1 items-center justify-center">{picture}</div>}
      </div>
      {controls !== undefined && <div data-controls className="mx-auto grid w-full max-w-[34rem] gap-3">{controls}</div>}
    </main>
  );
}
