import { Refused } from "./refused.ts";

/** A state machine as a table: what may follow each state. One for each thing that has states, in its module's contract, read by server and screens alike. */
export type Moves<S extends string> = Readonly<Record<S, readonly S[]>>;

/** The states from which `to` is reached in one move: for SQL that moves rows in bulk. */
export const before = <S extends string>(moves: Moves<S>, to: S): S[] =>
  (Object.keys(moves) as S[]).filter((from) => moves[from].includes(to));

/** Throws Refused `wrong_state`, with the state in its details, unless the table knows the move. `what`: as a sentence begins, e.g. "A parcel". */
export function requireMove<S extends string>(moves: Moves<S>, from: S, to: S, what: string): void {
  if (!moves[from].includes(to)) throw new Refused("wrong_state", `${what} that is ${from} cannot become ${to}.`, { state: from });
}

/** The shortest way from one state to another, without the start; undefined when there is none. Where there are several, the one named first in the table. */
export function wayBetween<S extends string>(moves: Moves<S>, from: S, to: S): readonly S[] | undefined {
  const ways: S[][] = [[from]];
  for (const way of ways) {
    const last = way.at(-1)!;
    if (last === to) return way.slice(1);
    for (const next of moves[last]) if (!way.includes(next)) ways.push([...way, next]);
  }
  return undefined;
}
