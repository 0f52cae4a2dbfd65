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
  /** The drawing takes all the room there is; anything else stands below the words. */
  readonly fills?: boolean;
  /** Everything to press, in the lower half. */
  readonly controls?: ReactNode;
  /** Said beside title and body, when it says more than they do. */
  readonly spoken?: string;
}

const tones: Readonly<Record<NonNullable<StageProps["tone"]>, string>> = { plain: "", good: "text-good", warn: "text-warn" };

/** Read aloud, each line is a sentence of its own; a name that ends in a full stop ends its sentence too. */
const sentence = (text: string): string => (/[.!?…:]$/.test(text) ? text : `${text}.`).replaceAll(/\.{2}(?=\s|$)/g, ".");

/** One thing to know above, one thing to do below. */
export function Stage({ title, body, tone = "plain", picture, fills = false, controls, spoken }: StageProps) {
  const announce = use(Announcing);
  const text = [title, body, spoken]
    .filter((each): each is string => each !== undefined && each !== "")
    .map(sentence)
    .join(" ");
  useEffect(() => announce(text), [announce, text]);
  return (
    <main className="grid min-h-0 flex-1 grid-rows-[minmax(0,1fr)_auto] gap-6 px-5 pt-6 pb-4">
      <div className={`flex min-h-0 flex-col items-center justify-center text-center ${fills ? "gap-5" : "gap-12"}`}>
        <div className="grid max-w-[34rem] gap-3">
          <h1 className={`text-[2rem] leading-[1.15] ${tones[tone]}`}>{title}</h1>
          {body !== undefined && <p className="text-lead">{body}</p>}
        </div>
        {picture !== undefined && (
          <div className={`flex min-h-0 w-full items-center justify-center ${fills ? "flex-1" : ""}`}>{picture}</div>
        )}
      </div>
      {controls !== undefined && (
        <div data-controls className="mx-auto grid w-full max-w-[34rem] gap-3">
          {controls}
        </div>
      )}
    </main>
  );
}
