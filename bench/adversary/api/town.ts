import { isDeepStrictEqual } from "node:util";
import { startAsking, type Asking } from "@pigeonhole/server/access-table/testing-asking";
import { startSides, type Headers } from "@pigeonhole/server/testing-sides";

/** The network that is attacked through its API: a whole server, Ann whose things are attacked, Ben who attacks, and everybody of their sides. */
export interface Town extends AsyncDisposable {
  readonly sides: Awaited<ReturnType<typeof startSides>>;
  readonly asking: Asking;
  /** What Ann's people see of what is theirs; it must not change by anything that Ben does. */
  ofAnn(): Promise<unknown>;
}

export async function startTown(): Promise<Town> {
  // Behind one proxy, so that an attacker of many addresses can be played.
  const sides = await startSides({ TRUSTED_PROXIES: "1", REQUESTS_PER_MINUTE: "1000000" });
  const asking = await startAsking(sides);
  const { ann } = asking;
  const looks: readonly (readonly [string, Headers])[] = [
    [`/parcels/${ann.parcel}`, ann.as.customer],
    [`/parcels/${ann.parcel}/pickup`, ann.as.customer],
    ...[ann.reservation, ann.held, ann.heldByCarrier].map(
      (id, n) => [`/reservations/${id}`, [ann.as.shop, ann.as.customer, ann.as.carrier][n]!] as const,
    ),
    [`/returns/${ann.returned}`, ann.as.customer],
    [`/returns/${ann.returned}/code`, ann.as.customer],
    [`/routes/${ann.route}`, ann.as.carrier],
    ["/webhooks", ann.as.shop],
    ["/return-policy", ann.as.shop],
    ["/my/vacation", ann.as.customer],
  ];
  return {
    sides,
    asking,
    ofAnn: async () => {
      const seen: unknown[] = [];
      for (const [at, who] of looks) {
        const { status, body } = await sides.ask("GET", at, who);
        // Tokens that phones carry are signed anew each time; the id of a request is its own.
        seen.push([at, status, { ...body, instance: null, qr: null, carried: null }]);
      }
      return seen;
    },
    [Symbol.asyncDispose]: () => sides[Symbol.asyncDispose](),
  };
}

/** What is different of two looks, as a sentence; undefined: nothing. */
export function changeOf(before: unknown, after: unknown): string | undefined {
  if (isDeepStrictEqual(before, after)) return undefined;
  const [one, other] = [before as unknown[], after as unknown[]];
  const at = one.findIndex((each, n) => !isDeepStrictEqual(each, other[n]));
  return `what is Ann's has changed: ${JSON.stringify(one[at])} became ${JSON.stringify(other[at])}`.slice(0, 600);
}

/** What must never be in an answer: our insides. */
const insides =
  /\b(select|insert into|update) .* (from|values|set) |kysely|node_modules|at [^ ]+ \(.*\.ts:\d+|ECONNREFUSED|duplicate key value|violates /i;

/** Why an answer is none that may be given to whatever was sent; undefined: it may. */
export function faultOf({
  status,
  text,
  contentType,
}: {
  readonly status: number;
  readonly text: string;
  readonly contentType: string | null;
}): string | undefined {
  if (insides.test(text)) return `it tells of our insides: ${text.slice(0, 300)}`;
  if (({} as Record<string, unknown>)["admin"] !== undefined || ({} as Record<string, unknown>)["polluted"] !== undefined)
    return "the prototype of everything has been changed";
  if (status < 400) return undefined;
  let problem: { code?: unknown; title?: unknown; status?: unknown } = {};
  try {
    problem = JSON.parse(text) as typeof problem;
  } catch {
    return `${status} without a problem document: ${text.slice(0, 200)}`;
  }
  const isOurs = contentType === "application/problem+json" && typeof problem.code === "string" && typeof problem.title === "string";
  if (!isOurs || problem.status !== status) return `${status} that is no problem document: ${text.slice(0, 200)}`;
  return status === 500 || problem.code === "internal" ? `something broke: ${text.slice(0, 200)}` : undefined;
}

/** What came, in a word: a refusal's code, or the status. */
export function cameOf({ status, text }: { readonly status: number; readonly text: string }): string {
  if (status < 400) return String(status);
  try {
    const { code } = JSON.parse(text) as { code?: unknown };
    return typeof code === "string" ? `${status} ${code}` : String(status);
  } catch {
    return String(status);
  }
}

/** An answer; status 0: the connection was cut off. */
interface Bare {
  readonly status: number;
  readonly text: string;
  readonly contentType: string | null;
  readonly headers: globalThis.Headers;
}
/** Asks with nothing added: the address as it is, headers and body as they are. Once more when the connection had just been let go. */
export async function bare(url: string, init: RequestInit): Promise<Bare> {
  const ask = () => fetch(url, { redirect: "manual", ...init });
  try {
    const answer = await ask().catch(ask);
    return { status: answer.status, text: await answer.text(), contentType: answer.headers.get("content-type"), headers: answer.headers };
  } catch {
    return { status: 0, text: "", contentType: null, headers: new globalThis.Headers() };
  }
}
