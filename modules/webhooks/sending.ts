import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { Monotonic, Now } from "@pigeonhole/kit/clock";
import type { Timers } from "@pigeonhole/kit/timers";
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from "request-filtering-agent";
import { retryAfter, type Outcome } from "./domain.ts";

/** The whole answer has to come within so long. Milliseconds. */
const timeoutMs = 15_000;
/** Of an answer so much is read and thrown away; what is longer is cut off. Bytes. */
const maxAnswerBytes = 65_536;
const agentName = "Pigeonhole-Webhooks/1";

interface Needs {
  readonly now: Now;
  readonly monotonic: Monotonic;
  readonly timers: Timers;
  /** Also to addresses that are not of the public Internet, and without TLS: for a network of one's own, a demonstration, tests. */
  readonly allowsPrivate: boolean;
}

export type Send = (url: string, headers: Readonly<Record<string, string>>, body: string) => Promise<Outcome>;

/**
 * Posts an event. The address that is connected to has to be of the public Internet, whatever the name resolved to before (a name may
 * answer differently twice); redirections are not followed.
 */
export function sender({ now, monotonic, timers, allowsPrivate }: Needs): Send {
  const filter = { allowPrivateIPAddress: allowsPrivate, allowMetaIPAddress: allowsPrivate, keepAlive: false };
  const agents = { "http:": new RequestFilteringHttpAgent(filter), "https:": new RequestFilteringHttpsAgent(filter) };
  return (text, headers, body) => {
    const begun = monotonic();
    const url = new URL(text);
    const isSecure = url.protocol === "https:";
    return new Promise((resolve) => {
      const request = (isSecure ? https : http).request(url, {
        method: "POST",
        agent: agents[isSecure ? "https:" : "http:"],
        headers: { ...headers, "content-type": "application/json", "content-length": Buffer.byteLength(body), "user-agent": agentName },
      });
      const end = (outcome: Omit<Outcome, "ms">): void => {
        cancel();
        resolve({ ...outcome, ms: Math.round(monotonic() - begun) });
        request.destroy();
      };
      const fail = (error: string): void => end({ status: null, error, retryAfterSeconds: null });
      const cancel = timers.after(timeoutMs, () => fail(`no whole answer within ${timeoutMs / 1_000} s`));
      request.once("response", (answer) => {
        let bytes = 0;
        const done = (): void =>
          end({ status: answer.statusCode!, error: null, retryAfterSeconds: retryAfter(answer.headers["retry-after"], now()) });
        answer.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) done();
        });
        answer.once("end", done);
        answer.once("error", (error) => fail(reason(error)));
      });
      request.on("error", (error) => fail(reason(error)));
      request.end(body);
    });
  };
}

/** Why there was no answer, in words that a shop's developer understands and that tell nothing of our network. */
function reason(error: Error & { readonly code?: string }): string {
  if (/is not allowed/.test(error.message)) return "the address is not of the public Internet";
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "nobody listens there",
    ENOTFOUND: "the name is not known",
    EAI_AGAIN: "the name could not be looked up",
    ECONNRESET: "the connection was cut off",
    CERT_HAS_EXPIRED: "the certificate has expired",
    DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is self-signed",
    ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for another name",
  };
  return known[error.code ?? ""] ?? `it could not be reached (${error.code ?? error.name})`;
}

/** Why nothing is ever sent to such an address, as a sentence; undefined when it may be tried. A name is looked up only when something is sent. */
export function refusedUrl(text: string, allowsPrivate: boolean): string | undefined {
  const url = new URL(text);
  if (url.username !== "" || url.password !== "")
    return "Leave user name and password out of the address; our signature tells you who it is.";
  if (url.protocol !== "https:" && !allowsPrivate) return "The address has to begin with https://.";
  if (allowsPrivate) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return "Give a name instead of an IP address; its certificate tells us who answers.";
  if (!host.includes(".") || /(^|\.)(localhost|local|internal|home\.arpa|test|invalid|example|onion)\.?$/i.test(host))
    return "The name is not of the public Internet.";
  return undefined;
}
