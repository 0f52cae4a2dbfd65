import { problemOf } from "@pigeonhole/kit/client";
import type { ClientResponse } from "hono/client";

// oxlint-disable-next-line no-explicit-any
type Answer = ClientResponse<any, any, any>;
/** What an answer of status 2xx carries. */
// oxlint-disable-next-line no-explicit-any
type Body<A> = A extends ClientResponse<infer T, infer Status, any> ? (Status extends 200 | 201 | 202 ? T : never) : never;

/** The body of an answer that has to be yes; else an Error that says what was asked and what the refusal says. */
export async function must<A extends Answer>(what: string, asked: Promise<A>): Promise<Body<A>> {
  const answer = await asked;
  if (answer.status >= 200 && answer.status < 300) return (answer.status === 204 ? undefined : await answer.json()) as Body<A>;
  const problem = await problemOf(answer);
  throw new Error(`${what}: ${answer.status} ${problem.code}: ${problem.detail ?? problem.title}`);
}

/** Asks again every `everyMs` until there is an answer, at most for `forMs`; the last error is the cause of the failure. */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, { forMs = 60_000, everyMs = 100 } = {}): Promise<T> {
  const deadline = performance.now() + forMs;
  let cause: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      cause = error;
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`${what}: not within ${forMs / 1000} s`, { cause });
}
