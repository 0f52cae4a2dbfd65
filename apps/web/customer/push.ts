import { ask } from "@pigeonhole/ui/ask";
import { notifications } from "../shell/api.ts";

/** Whose notifications this browser shows, and with which key of the server it subscribed. Kept on this device. */
export interface Told {
  readonly customer: string;
  readonly key: string;
}

/** `impossible`: not offered at all. `offered`: the customer may ask for it. `on`: this browser is told. */
export type Telling = "impossible" | "offered" | "on";

/**
 * What may be offered. A subscription of somebody else who used this browser, or one made with a key that the server no longer has, is
 * none: asking again makes it this customer's.
 */
export function tellingOf({
  key,
  customer,
  isSubscribed,
  told,
}: {
  readonly key: string | null;
  readonly customer: string;
  readonly isSubscribed: boolean;
  readonly told: Told | undefined;
}): Telling {
  if (key === null) return "impossible";
  return isSubscribed && told?.customer === customer && told.key === key ? "on" : "offered";
}

/** What the server takes of a subscription as a browser writes it; undefined when keys are missing, without which nothing can be encrypted. */
export function subscriptionOf({ endpoint, expirationTime, keys }: PushSubscriptionJSON) {
  const { p256dh, auth } = keys ?? {};
  return endpoint && p256dh && auth ? { endpoint, expirationTime: expirationTime ?? null, keys: { p256dh, auth } } : undefined;
}

const place = "ph-told";

function readTold(): Told | undefined {
  const stored = localStorage.getItem(place);
  return stored === null ? undefined : (JSON.parse(stored) as Told);
}

const isSupported = (): boolean => "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
const pushKey = async (): Promise<string | null> => (await ask(notifications["push-key"].$get())).key;
const subscribed = async (): Promise<PushSubscription | null> =>
  (await (await navigator.serviceWorker.getRegistration("/"))?.pushManager.getSubscription()) ?? null;

/** Whether this browser is told of this customer's parcels. */
export async function readTelling(customer: string): Promise<Telling> {
  if (!isSupported()) return "impossible";
  return tellingOf({
    key: await pushKey(),
    customer,
    isSubscribed: (await subscribed()) !== null && Notification.permission === "granted",
    told: readTold(),
  });
}

/** How asking ended. `unavailable`: the reader agreed, but this browser has no push service that it can reach. */
export type Answer = "on" | "denied" | "dismissed" | "unavailable";

/** Asks the reader, subscribes this browser and tells the server. */
export async function beginTelling(customer: string): Promise<Answer> {
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "dismissed";
  const key = await pushKey();
  if (key === null) return "unavailable";
  const { pushManager } = await navigator.serviceWorker.ready;
  const told = readTold();
  // A browser holds one subscription, and refuses a second one with another key.
  if (told?.key !== key || told.customer !== customer) await endTelling();
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }).catch(() => undefined);
  const json = subscription && subscriptionOf(subscription.toJSON());
  if (!json) return "unavailable";
  await ask(notifications["push-subscriptions"].$post({ json }));
  localStorage.setItem(place, JSON.stringify({ customer, key } satisfies Told));
  return "on";
}

/** This browser is not told any more: on sign-out too, since notifications carry codes. The server learns it from the push service. */
export async function endTelling(): Promise<void> {
  localStorage.removeItem(place);
  if (isSupported()) await (await subscribed())?.unsubscribe();
}
