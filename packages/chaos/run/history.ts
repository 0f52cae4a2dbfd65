import { readFileSync, writeFileSync } from "node:fs";
import { explained } from "../checker/explain.ts";
import { linearizable } from "../checker/linearizable.ts";
import type { Operation, Specification } from "../checker/operation.ts";
import { compartment, type CompartmentAnswer, type CompartmentCall } from "../checker/specifications/compartment.ts";
import { idempotencyKey, type KeyAnswer, type KeyCall } from "../checker/specifications/idempotency-key.ts";
import { right, type RightAnswer, type RightCall } from "../checker/specifications/right.ts";

/** What is checked, each object by itself. */
const specifications = { compartment, right, key: idempotencyKey } as const;
type Kind = keyof typeof specifications;
type AnyOperation = Operation<never, never>;

/** Everything that people asked and heard in a run. */
export interface History {
  compartment(object: string, operation: Operation<CompartmentCall, CompartmentAnswer>): void;
  right(object: string, operation: Operation<RightCall, RightAnswer>): void;
  key(object: string, operation: Operation<KeyCall, KeyAnswer>): void;
  /** How many operations, and how many of them without an answer. */
  counted(): { readonly operations: number; readonly unknown: number; readonly objects: number };
  /** One explanation for each object whose history no correct system gives, or cannot be judged. */
  judged(): readonly string[];
  write(file: string): void;
}

export function history(): History {
  const all = new Map<string, { kind: Kind; object: string; operations: AnyOperation[] }>();
  const add = (kind: Kind) => (object: string, operation: Operation<never, never>) => {
    const name = `${kind} ${object}`;
    const told = all.get(name) ?? { kind, object, operations: [] };
    told.operations.push(operation);
    all.set(name, told);
  };
  const every = (): readonly AnyOperation[] => [...all.values()].flatMap(({ operations }) => operations);
  return {
    compartment: add("compartment") as History["compartment"],
    right: add("right") as History["right"],
    key: add("key") as History["key"],
    counted: () => ({ operations: every().length, unknown: every().filter(({ to }) => to === null).length, objects: all.size }),
    judged: () =>
      [...all.values()].flatMap(({ kind, object, operations }) => {
        const specification = specifications[kind] as unknown as Specification<unknown, never, never>;
        const verdict = linearizable(specification, operations);
        if (verdict.is === "linearizable") return [];
        return verdict.is === "undecided"
          ? [`${kind} ${object}: ${operations.length} operations, too many orders to look at: nothing is proven`]
          : [explained(specification, object, operations)];
      }),
    write: (file) =>
      writeFileSync(
        file,
        [...all.values()]
          .flatMap(({ kind, object, operations }) =>
            operations.map((operation) => `${JSON.stringify({ kind, object, ...(operation as object) })}\n`),
          )
          .join(""),
      ),
  };
}

/** Reads a history that a run has kept. */
export function readHistory(file: string): History {
  const kept = history();
  for (const line of readFileSync(file, "utf8").split("\n")) {
    if (line === "") continue;
    const { kind, object, ...operation } = JSON.parse(line) as { kind: Kind; object: string } & AnyOperation;
    kept[kind](object, operation as never);
  }
  return kept;
}
