import { client, problemOf, type Client } from "@pigeonhole/kit/client";
import type { Draw } from "@pigeonhole/sim/time/draw";
import type { Hono } from "hono";
import type { ClientResponse } from "hono/client";
import type { Line } from "../faults/line.ts";

/** So long people wait for an answer. Milliseconds. */
const patienceMs = 4_000;

/** What came of asking. `unknown`: no answer, half of one, or one that says that something broke: it may have happened, or happen yet. */
export type Heard<T> =
  | { readonly is: "answered"; readonly body: T }
  | { readonly is: "refused"; readonly code: string; readonly status: number }
  | { readonly is: "unknown"; readonly why: string };

// oxlint-disable-next-line no-explicit-any
type Answer = ClientResponse<any, any, any>;
// oxlint-disable-next-line no-explicit-any
type Body<A> = A extends ClientResponse<infer T, infer Status, any> ? (Status extends 200 | 201 | 202 ? T : never) : never;

/** Listens to an answer to its end. */
export async function hear<A extends Answer>(asked: Promise<A>): Promise<Heard<Body<A>>> {
  try {
    const answer = await asked;
    if (answer.status >= 200 && answer.status < 300) {
      const body: unknown = answer.status === 204 ? undefined : await answer.json();
      return { is: "answered", body: body as Body<A> };
    }
    const { code } = await problemOf(answer);
    return answer.status >= 500 ? { is: "unknown", why: code } : { is: "refused", code, status: answer.status };
  } catch (error) {
    return {
      is: "unknown",
      why: error instanceof Error ? `${error.name} ${(error.cause as Error | undefined)?.message ?? ""}` : String(error),
    };
  }
}

/** A typed client that asks any of the servers, whichever is drawn, over its line. */
// oxlint-disable-next-line no-explicit-any
export const anyOf = <Api extends Hono<any, any, any>>(
  lines: readonly Line[],
  draw: Draw,
  headers: Record<string, string> = {},
): Client<Api> =>
  client<Api>("http://town/api", {
    headers,
    fetch: (input, init) => {
      const url = new URL(String(input));
      url.host = `127.0.0.1:${draw.pick(lines).port}`;
      return fetch(url, { ...init, signal: AbortSignal.timeout(patienceMs) });
    },
  });

/** The kiosk of a station, under its address. */
// oxlint-disable-next-line no-explicit-any
export const at = <Api extends Hono<any, any, any>>(url: string): Client<Api> =>
  client<Api>(`${url}api`, { fetch: (input, init) => fetch(String(input), { ...init, signal: AbortSignal.timeout(patienceMs) }) });
