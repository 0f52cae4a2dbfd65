import webPush from "web-push";
import { away, hopeless, sent, type Outcome } from "../domain.ts";
import type { Outgoing, WebPush } from "./channels.ts";

/** As browsers make it. */
export interface Subscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** The push services of the browsers there are. A subscription names the address to which we send: without a list it could be any. */
const knownServices = [
  "fcm.googleapis.com",
  "updates.push.services.mozilla.com",
  "*.push.services.mozilla.com",
  "*.push.apple.com",
  "*.notify.windows.com",
];
const timeoutMs = 10_000;
/** The push service keeps a message for a browser that is away for so long. Seconds. */
const timeToLive = 86_400;

/** Whether messages may go to this address: HTTPS to a known push service, or to an origin that was configured whole. */
export function isPushService(endpoint: string, services: readonly string[] = knownServices): boolean {
  const url = URL.parse(endpoint);
  if (!url || url.username !== "" || url.password !== "") return false;
  return services.some((service) => {
    if (service.includes("://")) return url.origin === service;
    if (url.protocol !== "https:" || url.port !== "") return false;
    return service.startsWith("*.") ? url.hostname.endsWith(service.slice(1)) : url.hostname === service;
  });
}

/** Sends to one browser, encrypted for it alone. `gone`: it has unsubscribed. */
export const pushSender =
  ({ publicKey, privateKey, subject, services }: WebPush) =>
  async (subscription: Subscription, message: Outgoing): Promise<Outcome | { readonly kind: "gone" }> => {
    if (!isPushService(subscription.endpoint, services)) return { kind: "gone" };
    const { id, subject: title, text, link } = message;
    let request: ReturnType<typeof webPush.generateRequestDetails>;
    try {
      request = webPush.generateRequestDetails(subscription, JSON.stringify({ id, title, body: text, url: link }), {
        vapidDetails: { subject, publicKey, privateKey },
        TTL: timeToLive,
        urgency: "high",
      });
    } catch {
      return { kind: "gone" }; // Keys that cannot encrypt were never those of a browser.
    }
    try {
      const response = await fetch(request.endpoint, {
        method: request.method,
        headers: request.headers as Record<string, string>,
        body: request.body as Uint8Array<ArrayBuffer>,
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return sent;
      if (response.status === 404 || response.status === 410) return { kind: "gone" };
      const answer = `the push service answered ${response.status}`;
      return response.status === 400 || response.status === 413 ? hopeless(answer) : away(answer);
    } catch {
      return away("the push service could not be reached");
    }
  };
