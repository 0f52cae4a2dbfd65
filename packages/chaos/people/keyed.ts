import { systemNewId } from "@pigeonhole/kit/ids";
import type { Heard } from "./asking.ts";
import { until, type Life } from "./world.ts";

interface Wish<T> {
  readonly by: string;
  /** What is wished, in words that differ where wishes differ. */
  readonly wish: string;
  readonly ask: (header: { readonly "idempotency-key": string }) => Promise<Heard<T>>;
  /** By what an answer is known again: the id of what was made. */
  readonly idOf: (body: T) => string;
  /** Whoever gets no answer may leave it at that. */
  readonly mayLeave?: boolean;
  /** Asked now and then by two at once. */
  readonly mayDouble?: boolean;
}

/** What came of it, from when to when it was asked; `left`: nobody knows. */
export type Came<T> =
  | { readonly is: "done"; readonly body: T; readonly key: string; readonly from: number; readonly to: number }
  | { readonly is: "refused"; readonly code: string; readonly key: string }
  | { readonly is: "left"; readonly key: string; readonly from: number };

/** Asks under one key until there is an answer, as a careful client does; every single try goes into the history of the key. */
export async function askKeyed<T>(life: Life, { by, wish, ask, idOf, mayLeave = false, mayDouble = false }: Wish<T>): Promise<Came<T>> {
  const { draw, history, clock } = life;
  const key = systemNewId();
  const began = clock();
  const once = async (who: string): Promise<{ heard: Heard<T>; to: number }> => {
    const from = clock();
    const heard = await ask({ "idempotency-key": key });
    const to = clock();
    const call = { do: "ask", wish } as const;
    if (heard.is === "unknown") history.key(key, { by: who, call, from, to: null, answer: null });
    else if (heard.is === "refused")
      history.key(key, { by: who, call, from, to, answer: heard.code === "idempotency_key_reused" ? heard.code : "refused" });
    else history.key(key, { by: who, call, from, to, answer: `done ${idOf(heard.body)}` });
    return { heard, to };
  };
  const tries = async () => Promise.all(mayDouble && draw.chance(0.2) ? [once(by), once(`${by}, again`)] : [once(by)]);
  let isFirst = true;
  const came = await until<Came<T>>(life, `${by}: ${wish}`, async () => {
    const all = await tries();
    for (const { heard, to } of all) if (heard.is === "answered") return { is: "done", body: heard.body, key, from: began, to };
    // Of two at once one may have been refused before the other was done: only a refusal by itself is the end.
    for (const { heard } of all)
      if (all.length === 1 && heard.is === "refused" && heard.status !== 429) return { is: "refused", code: heard.code, key };
    const leaves = isFirst && mayLeave && draw.chance(0.3);
    isFirst = false;
    return leaves ? { is: "left", key, from: began } : undefined;
  });
  if (came.is === "done" && draw.chance(0.15)) await once(`${by}, who asks again`);
  return came;
}
