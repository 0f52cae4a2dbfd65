import { call, walk, type CallOptions, type Connection, type Input } from "./calling.ts";
import type { Api } from "./generated/api.ts";
import { routes } from "./generated/routes.ts";
import { ownRuntime, type Runtime } from "./runtime.ts";

export type { Api, Codes, Parcel, Reservation, WebhookEvent } from "./generated/api.ts";
export { isProblem, Problem, type Code, type ProblemDocument } from "./problem.ts";
export type { CallOptions };

export interface Options {
  /** Where the network or your sandbox is, without `/api`: `https://lockers.example`. */
  readonly url: string;
  /** An API key; without one only what is open to everybody can be asked. Keep it on a server: whoever has it is you. */
  readonly key?: string | undefined;
  /** Tries of one call at most, the first among them. 1: never again. Default 4. */
  readonly tries?: number;
  /** One try may take so long. Milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** In place of what the platform has: another `fetch`, or a clock for tests. */
  readonly runtime?: Partial<Runtime>;
}

/** The network's operations as functions: `await pigeonhole({ url, key }).reservations.hold({ station, orderId, size: "small" })`. */
export function pigeonhole({ url, key, tries = 4, timeoutMs = 30_000, runtime }: Options): Api {
  const on: Connection = { url, key, tries, timeoutMs, runtime: { ...ownRuntime, ...runtime } };
  const api: Record<string, Record<string, unknown>> = {};
  for (const [operation, route] of Object.entries(routes)) {
    const [module, verb] = operation.split(".") as [string, string];
    const one = (input?: Input, options?: CallOptions): Promise<unknown> => call(on, route, input, options);
    const all = (input?: Input, options?: CallOptions): AsyncGenerator => walk(on, route, input, options);
    (api[module] ??= {})[verb] = route.pages ? Object.assign(one, { all }) : one;
  }
  return api as unknown as Api;
}
