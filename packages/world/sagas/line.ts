// Where a process may die: before and after every call between modules, and before and after every transaction.
import type { Db } from "@pigeonhole/kit/db";
import type { Between } from "@pigeonhole/server/compose";

/** The line between the modules of a process, which a test cuts at any moment. */
export interface Line {
  readonly between: Required<Pick<Between, "line" | "sessions">>;
  /**
   * Counts from now on, and breaks at the `at`-th moment of that kind: before what is asked for happens, or after it, when the answer is lost. With
   * `gap` it breaks once more, at the `gap`-th moment after that.
   */
  cutAt(at: number, when: When, kinds: Kinds, gap?: number): void;
  mend(): void;
  /** What was broken since `cutAt`, in words; undefined while that moment has not come. */
  broke(): string | undefined;
  /** How often it broke since `cutAt`. */
  cuts(): number;
}
export type When = "before" | "after";
/** `calls`: those of one module to another; `all`: transactions too. */
export type Kinds = "calls" | "all";

const transaction = "a transaction";

export function createLine(): Line {
  let [at, when, moments, broken]: [number, When, number, string | undefined] = [Number.POSITIVE_INFINITY, "before", 0, undefined];
  let [kinds, gap, cuts]: [Kinds, number | undefined, number] = ["all", undefined, 0];
  const cut = (words: string): never => {
    [broken, cuts, at, gap] = [words, cuts + 1, gap === undefined ? Number.POSITIVE_INFINITY : moments + gap, undefined];
    throw new Error(`cut ${words}`);
  };
  const around = async <T>(what: string, run: () => T | Promise<T>): Promise<T> => {
    if (kinds === "calls" && what === transaction) return run();
    const moment = ++moments;
    if (moment === at && when === "before") return cut(`before ${what}`);
    const answer = await run();
    return moment === at ? cut(`after ${what}`) : answer;
  };
  const sessions = (db: Db<unknown>): Db<unknown> =>
    new Proxy(db, {
      get: (target, name) => {
        if (name !== "transaction") {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function" ? (value.bind(target) as unknown) : value;
        }
        return () => {
          const begun = target.transaction();
          const { execute } = begun;
          return Object.assign(begun, {
            execute: (work: Parameters<typeof execute>[0]) => around(transaction, () => execute.call(begun, work)),
          });
        };
      },
    });
  return {
    between: {
      line: (from, of, ask) => (url, init) =>
        around(`${from} asks ${of}: ${init?.method ?? "GET"} ${new URL(url).pathname.replaceAll(/[0-9a-f-]{36}/g, "…")}`, () =>
          ask(url, init),
        ),
      sessions,
    },
    cutAt: (next, how, of, later) => {
      [at, when, moments, broken] = [next, how, 0, undefined];
      [kinds, gap, cuts] = [of, later, 0];
    },
    mend: () => void ([at, gap] = [Number.POSITIVE_INFINITY, undefined]),
    broke: () => broken,
    cuts: () => cuts,
  };
}
