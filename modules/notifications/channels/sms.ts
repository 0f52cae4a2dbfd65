import { away, hopeless, sent, type Outcome } from "../domain.ts";
import type { Outgoing, SmsProvider } from "./channels.ts";

/** The provider has so long to answer. Milliseconds. */
const usualTimeoutMs = 10_000;
/** Asking again would not help. */
const final = new Set([400, 404, 410, 413, 422]);

/** Sends through an HTTP provider as `SmsProvider` describes it. That the same id is sent once is the provider's promise: no answer is as good as none sent. */
export const smsSender =
  ({ url, token, timeoutMs = usualTimeoutMs }: SmsProvider) =>
  async ({ id, to, text, receiptUrl }: Pick<Outgoing, "id" | "to" | "text" | "receiptUrl">): Promise<Outcome> => {
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
        body: JSON.stringify({ id, to, text, receiptUrl }),
        headers: {
          "content-type": "application/json",
          "idempotency-key": id,
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      await response.body?.cancel();
      if (response.ok) return sent;
      const answer = `the text message provider answered ${response.status}`;
      return final.has(response.status) ? hopeless(answer) : away(answer);
    } catch (error) {
      const isLate = error instanceof Error && error.name === "TimeoutError";
      return away(
        isLate ? `the text message provider did not answer within ${timeoutMs} ms` : "the text message provider could not be reached",
      );
    }
  };
