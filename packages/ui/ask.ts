import { problemOf, type ProblemDocument } from "@pigeonhole/kit/client";

/** The server said no. `problem.code` is what screens decide by; further members say what to do instead. */
export class Denied extends Error {
  override readonly name = "Denied";
  readonly problem: ProblemDocument;
  constructor(problem: ProblemDocument) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** Nobody answered: no network, or no server behind the proxy. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Bodies of the answers that are not problem documents. */
type Good<R> = R extends { readonly ok: true; json(): Promise<infer Body> }
  ? Body
  : R extends { readonly status: infer S; json(): Promise<infer Body> }
    ? S extends 200 | 201 | 202
      ? Body
      : S extends 204
        ? undefined
        : never
    : never;

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

/** The body of a good answer, typed by the contract; throws `Denied` or `Unreachable` else: `ask(api.parcels[":id"].$get({ param }))`. */
export async function ask<R extends Answer>(request: Promise<R>): Promise<Good<R>> {
  const response = await request.catch((error: unknown) => {
    throw new Unreachable("no answer", { cause: error });
  });
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as Good<R>;
  const problem = await problemOf(response);
  if (problem.code === "unreachable") throw new Unreachable(`status ${response.status} without a problem document`);
  throw new Denied(problem);
}

/** The refusal code of whatever was thrown; undefined when it was not a refusal. */
export const codeOf = (error: unknown): string | undefined => (error instanceof Denied ? error.problem.code : undefined);

/** Worth asking again by itself: only what nobody answered, twice. */
export const isWorthRetrying = (failures: number, error: unknown): boolean => error instanceof Unreachable && failures < 2;
