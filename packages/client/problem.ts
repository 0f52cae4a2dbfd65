import type { Codes } from "./generated/api.ts";

/** What every "no" of the network carries (RFC 9457). Further members say what to do instead, e.g. `alternatives` of `station_full`. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly [more: string]: unknown;
}

/** Any code that an operation refuses with. */
export type Code = Codes[keyof Codes];

/** The network's answer is no, or there was no answer (`code` is `unreachable`). `message` is a sentence for people. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: string;
  readonly status: number;
  /** The whole document. */
  readonly document: ProblemDocument;
  /** Under this id the network finds the request in its logs. */
  readonly requestId: string | undefined;
  /** When it may be asked again; undefined when the network said nothing of it. Seconds. */
  readonly retryAfterSeconds: number | undefined;

  constructor(document: ProblemDocument, { retryAfterSeconds, cause }: { retryAfterSeconds?: number | undefined; cause?: unknown } = {}) {
    super(document.detail ?? document.title, cause === undefined ? undefined : { cause });
    this.code = document.code;
    this.status = document.status;
    this.document = document;
    this.requestId = document.instance;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Whether an error is this refusal: `if (isProblem(error, "station_full")) offer(error.document.alternatives)`. */
export const isProblem = (error: unknown, ...codes: readonly (Code | "unreachable" | "internal")[]): error is Problem =>
  error instanceof Problem && (codes.length === 0 || (codes as readonly string[]).includes(error.code));

/** The problem of an answer that is not 2xx; one that another machine on the way has written gets the code `unreachable`. */
export async function problemOf(answer: Response, retryAfterSeconds: number | undefined): Promise<Problem> {
  const body: unknown = await answer.json().catch(() => undefined);
  const isOurs = typeof body === "object" && body !== null && typeof (body as { code?: unknown }).code === "string";
  const document = isOurs
    ? (body as ProblemDocument)
    : { type: "about:blank", code: "unreachable", title: `Answered ${answer.status} without saying why`, status: answer.status };
  return new Problem(document, { retryAfterSeconds });
}
