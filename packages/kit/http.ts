import { OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import type { Log } from "./log.ts";
import { isPassing } from "./passing.ts";
import { Refused } from "./refused.ts";

const media = "application/problem+json" as const;
/** No request body of ours needs more. Bytes. */
export const maxBodyBytes = 1_048_576;
/** Of a body over the limit so much is read and thrown away before the refusal: a sender that is cut off in the middle does not read answers. Bytes. */
const maxSpilledBytes = 16 * maxBodyBytes;

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 502 | 503 | 504;
/** The codes a module may refuse with, each with its status and a title for people. One table per module, in its contract. */
export type Refusals = Readonly<Record<string, { readonly status: RefusalStatus; readonly title: string }>>;

/** A problem document (RFC 9457). `code` is stable and machine-readable, `title` and `detail` are for people; further members say what to do instead. */
const Problem = <C extends string>(codes: readonly C[]) =>
  z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    // The generator of the document shows the first of several literals alone.
    code: z.literal(codes).openapi({ type: "string", enum: [...codes] }),
  });

/** What any route may answer, whatever it does. */
export const commonRefusals = {
  malformed: { status: 400, title: "The request is malformed" },
  idempotency_key_missing: { status: 400, title: "The Idempotency-Key header is missing" },
  idempotency_key_invalid: { status: 400, title: "The Idempotency-Key header is invalid" },
  not_signed_in: { status: 401, title: "Not signed in" },
  not_allowed: { status: 403, title: "Not allowed" },
  no_such_route: { status: 404, title: "There is nothing at this address" },
  idempotency_key_reused: { status: 422, title: "The Idempotency-Key was used for another request" },
  too_large: { status: 413, title: "The request is too large" },
  unsupported_media_type: { status: 415, title: "The content type is not supported" },
  too_many_requests: { status: 429, title: "Too many requests" },
  try_again: { status: 503, title: "Not possible at this moment" },
} as const satisfies Refusals;

/** The `responses` entry of a route for one or several refusals of the same status. */
export const refusal = <R extends Refusals, const C extends keyof R & string>(table: R, ...codes: [C, ...C[]]) => ({
  description: codes.map((code) => table[code]!.title).join("; "),
  content: {
    [media]: {
      schema: Problem(codes),
      examples: Object.fromEntries(codes.map((code) => [code, { summary: table[code]!.title, value: problemExample(code, table[code]!) }])),
    },
  } as { readonly [media]: { schema: ReturnType<typeof Problem<C>> } },
});

const problemExample = (code: string, { status, title }: Refusals[string]) => ({
  type: `/problems/${code}`,
  title,
  status,
  code,
  instance: "01990000-0000-7000-8000-0000000000aa",
});

/** `responses` that every route has: spread it first. */
export const always = {
  400: refusal(commonRefusals, "malformed", "idempotency_key_missing", "idempotency_key_invalid"),
  401: refusal(commonRefusals, "not_signed_in"),
  403: refusal(commonRefusals, "not_allowed"),
  429: refusal(commonRefusals, "too_many_requests"),
};

/** The `request.body` of a route that takes JSON. */
export const json = <S extends z.ZodType>(schema: S) => ({ required: true, content: { "application/json": { schema } } }) as const;

/** A `responses` entry that answers JSON. */
export const answers = <S extends z.ZodType>(description: string, schema: S) =>
  ({ description, content: { "application/json": { schema } } }) as const;

/** The header of routes that take effect once per key. */
export const idempotencyKey = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .openapi({ description: "Yours, new for each order, the same when you retry. 1 to 255 printable ASCII characters." }),
});

/** The id under which this request is found in the logs. */
export const requestId = (c: Context): string => c.req.header("x-request-id") ?? "";

export function problem(
  c: Context,
  status: number,
  code: string,
  title: string,
  detail?: string,
  more: Readonly<Record<string, unknown>> = {},
): Response {
  const body = { ...more, type: `/problems/${code}`, title, status, detail, instance: requestId(c) || undefined, code };
  const headers: Record<string, string> = { "content-type": media };
  if (typeof more.retryAfterSeconds === "number") headers["retry-after"] = String(Math.ceil(more.retryAfterSeconds));
  return new Response(JSON.stringify(body), { status, headers });
}

/** Answers an error of whatever kind as a problem document; what nobody expects is logged with its whole chain and answers 500. */
export function answerError(refusals: Refusals, log: Log) {
  return (error: Error, c: Context): Response => {
    if (error instanceof Refused) {
      const known = refusals[error.code] ?? (commonRefusals as Refusals)[error.code];
      if (known) return problem(c, known.status, error.code, known.title, error.message, error.details);
    }
    if (error instanceof HTTPException && error.status < 500) {
      const code = error.status === 413 ? "too_large" : error.status === 415 ? "unsupported_media_type" : "malformed";
      return problem(c, commonRefusals[code].status, code, commonRefusals[code].title, error.message);
    }
    const about = { err: error, route: `${c.req.method} ${routePath(c)}`, request: requestId(c) };
    if (isPassing(error)) {
      log.warn(about, "the database did not do it this time");
      const { status, title } = commonRefusals.try_again;
      return problem(c, status, "try_again", title, "Nothing is known to have been done. Try again in a moment.", { retryAfterSeconds: 1 });
    }
    log.error(about, "request failed");
    return problem(c, 500, "internal", "Something broke on our side; it has been recorded.");
  };
}

/**
 * Receives the whole body before anything is answered: a connection on which half a request is left over is of no use to the next
 * one. Handlers find it in `c.req`, which keeps it.
 */
async function receive(c: Context): Promise<void> {
  const length = c.req.header("content-length");
  const isChunked = c.req.header("transfer-encoding") !== undefined;
  try {
    if (!isChunked && length === undefined) {
      // Over the network there is no body then; a call within the process has one that is in memory already.
      if ((await c.req.text()).length > maxBodyBytes) throw new Refused("too_large", `At most ${maxBodyBytes} bytes.`);
      return;
    }
    if (!isChunked && Number(length) <= maxBodyBytes) return void (await c.req.text());
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      if (bytes > maxSpilledBytes) break;
    }
    // oxlint-disable-next-line unicorn/no-invalid-fetch-options -- the method is that of the request it copies, which has a body
    if (bytes <= maxBodyBytes) c.req.raw = new Request(c.req.raw, { method: c.req.method, body: Buffer.concat(chunks) });
    else throw new Refused("too_large", `At most ${maxBodyBytes} bytes.`);
    await c.req.text();
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused("malformed", "The body did not arrive whole.");
  }
}

/** A router whose every "no" is a problem document; a refusal that no table lists is a bug and answers 500. It takes JSON, and what `alsoTakes` names. */
export function router(refusals: Refusals, log: Log, { alsoTakes = [] }: { readonly alsoTakes?: readonly string[] } = {}): OpenAPIHono {
  const app = new OpenAPIHono({
    defaultHook: (result, c) =>
      result.success ? undefined : problem(c, 400, "malformed", commonRefusals.malformed.title, z.prettifyError(result.error)),
  });
  app.use(async (c, next) => {
    const length = c.req.header("content-length");
    const hasBody = (length !== undefined && length !== "0") || c.req.header("transfer-encoding") !== undefined;
    if (c.req.method !== "GET" && c.req.method !== "HEAD" && c.req.bodyCache.text === undefined) await receive(c);
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (hasBody && type !== "application/json" && !alsoTakes.includes(type ?? ""))
      throw new Refused("unsupported_media_type", "Send application/json.");
    await next();
  });
  app.onError(answerError(refusals, log));
  app.notFound((c) => problem(c, 404, "no_such_route", commonRefusals.no_such_route.title));
  return app;
}
