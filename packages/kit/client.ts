import type { Hono } from "hono";
import { hc } from "hono/client";

/** The typed client of a contract: `Client<ParcelApi>`. The same in browsers, in tests and between modules. */
// oxlint-disable-next-line no-explicit-any
export type Client<Api extends Hono<any, any, any>> = ReturnType<typeof hc<Api>>;

type Fetch = (input: string | URL | Request, init?: RequestInit) => Response | Promise<Response>;

interface Options {
  /** Sent with every request, e.g. the authorization of a module. */
  readonly headers?: Record<string, string>;
  /** In place of the network: another module's `routes.request` in the same process. */
  readonly fetch?: Fetch;
}

// oxlint-disable-next-line no-explicit-any
export const client = <Api extends Hono<any, any, any>>(base: string, { headers = {}, fetch }: Options = {}): Client<Api> =>
  hc<Api>(base, { headers, ...(fetch ? { fetch: fetch as typeof globalThis.fetch } : {}) });

/** What a refused request carries, as far as every problem document has it. */
export interface ProblemDocument {
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly status: number;
  readonly [more: string]: unknown;
}

/** The problem document of an answer that is not 2xx; an answer without one (a proxy's, say) becomes `unreachable`. */
export async function problemOf(response: { readonly status: number; json(): Promise<unknown> }): Promise<ProblemDocument> {
  const body: unknown = await response.json().catch(() => undefined);
  const known = typeof body === "object" && body !== null && "code" in body;
  return known ? (body as ProblemDocument) : { code: "unreachable", title: "The service cannot be reached", status: response.status };
}
