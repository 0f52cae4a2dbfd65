import { Problem, problemOf } from "./problem.ts";
import type { Runtime } from "./runtime.ts";

/** How an operation is asked. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly hasBody: boolean;
  readonly takesKey: boolean;
  readonly answers: "json" | "text" | "nothing";
  readonly pages?: { readonly items: string; readonly by: "before" | "link" };
}

/** For one call. */
export interface CallOptions {
  /** Yours, the same when you ask again after a restart: an order's number, say. Without it each call makes one of its own and keeps it for its retries. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** An operation that answers page by page. Called, it answers one page; `all` walks through every item of every page. */
export interface Paged<Input, Page, Item> {
  (input?: Input, options?: CallOptions): Promise<Page>;
  all(input?: Input, options?: CallOptions): AsyncIterableIterator<Item>;
}

export interface Connection {
  readonly url: string;
  readonly key: string | undefined;
  /** Tries of one call at most, the first among them. */
  readonly tries: number;
  /** One try may take so long. Milliseconds. */
  readonly timeoutMs: number;
  readonly runtime: Runtime;
}

/** Longer than this nobody waits inside a call: the refusal is thrown, with `retryAfterSeconds`. Seconds. */
const longestWaitSeconds = 60;
/** Before the second try; it doubles from try to try. Milliseconds. */
const firstPauseMs = 250;
const passing: readonly number[] = [429, 502, 503, 504];

export type Input = Readonly<Record<string, unknown>>;

/** Asks, and asks again where that cannot do it twice. Throws `Problem`. */
export async function call(on: Connection, route: Route, input: Input = {}, options: CallOptions = {}): Promise<unknown> {
  return (await ask(on, requestOf(on, route, input, options), route, options)).body;
}

interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

function requestOf(on: Connection, route: Route, input: Input, { idempotencyKey }: CallOptions): Asked {
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const take = (name: string): unknown => {
    const value = rest.get(name);
    rest.delete(name);
    return value;
  };
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = take(name);
    if (value === undefined || value === "") throw new TypeError(`${route.method} ${route.path} needs ${name}`);
    return encodeURIComponent(String(value));
  });
  const url = new URL(`${on.url.replace(/\/+$/, "")}${path}`);
  for (const name of route.query) {
    const value = take(name);
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return {
    url,
    method: route.method,
    headers: {
      accept: "application/json, application/ld+json, application/problem+json, text/plain;q=0.5",
      ...(on.key === undefined ? {} : { authorization: `Bearer ${on.key}` }),
      ...(route.hasBody ? { "content-type": "application/json" } : {}),
      ...(route.takesKey ? { "idempotency-key": idempotencyKey ?? on.runtime.newKey() } : {}),
    },
    body: route.hasBody ? JSON.stringify(Object.fromEntries(rest)) : undefined,
  };
}

/** A request that was refused for its number (429) has done nothing; any other may be repeated only where that is the same. */
const mayRepeat = (route: Route, status: number | undefined): boolean =>
  status === 429 || route.takesKey || route.method === "GET" || route.method === "PUT" || route.method === "DELETE";

async function ask(
  on: Connection,
  { url, ...asked }: Asked,
  route: Route,
  { signal }: CallOptions,
): Promise<{ body: unknown; headers: Headers }> {
  const { runtime, tries, timeoutMs } = on;
  for (let tried = 1; ; tried++) {
    let problem: Problem;
    let status: number | undefined;
    try {
      const deadline = AbortSignal.timeout(timeoutMs);
      const answer = await runtime.fetch(url, {
        method: asked.method,
        headers: asked.headers,
        ...(asked.body === undefined ? {} : { body: asked.body }),
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      });
      if (answer.ok) return { body: await bodyOf(answer, route), headers: answer.headers };
      status = answer.status;
      problem = await problemOf(answer, secondsOf(answer.headers.get("retry-after"), runtime.now()));
    } catch (cause) {
      signal?.throwIfAborted();
      problem = new Problem({ type: "about:blank", code: "unreachable", title: "The network cannot be reached", status: 0 }, { cause });
    }
    const isPassing = status === undefined || passing.includes(status);
    const waitMs = Math.max(pauseMs(tried, runtime), (problem.retryAfterSeconds ?? 0) * 1_000);
    if (!isPassing || tried >= tries || !mayRepeat(route, status) || waitMs > longestWaitSeconds * 1_000) throw problem;
    await runtime.sleep(waitMs, signal);
  }
}

const pauseMs = (tried: number, { chance }: Runtime): number => firstPauseMs * 2 ** (tried - 1) * (0.5 + chance() / 2);

/** `Retry-After` as seconds or as a date (RFC 9110 §10.2.3). */
function secondsOf(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const then = Date.parse(header);
  return Number.isNaN(then) ? undefined : Math.max(0, Math.ceil((then - now) / 1_000));
}

const bodyOf = async (answer: Response, { answers }: Route): Promise<unknown> =>
  answers === "nothing" ? undefined : answers === "text" ? answer.text() : answer.json();

/** Every item of every page, asked for when the last one is used up. */
export async function* walk(on: Connection, route: Route, input: Input = {}, options: CallOptions = {}): AsyncGenerator {
  const { items, by } = route.pages!;
  for (let next: Input | undefined = input; next;) {
    const { body, headers } = await ask(on, requestOf(on, route, next, options), route, options);
    const list = items.split(".").reduce<unknown>((at, name) => (at as Input | undefined)?.[name], body);
    yield* list as Iterable<unknown>;
    next = by === "link" ? afterLink(headers.get("link"), next) : afterPage(body as Input, next);
  }
}

const afterPage = ({ next }: Input, input: Input): Input | undefined => (typeof next === "string" ? { ...input, before: next } : undefined);

/** The query of `Link: <…>; rel="next"` (RFC 8288), in place of what was asked. */
function afterLink(header: string | null, input: Input): Input | undefined {
  const address = /<([^>]+)>\s*;\s*rel="?next"?/.exec(header ?? "")?.[1];
  if (address === undefined) return undefined;
  return { ...input, ...Object.fromEntries(new URL(address, "http://network").searchParams) };
}
