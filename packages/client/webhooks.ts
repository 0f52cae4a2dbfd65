// Standard Webhooks (https://www.standardwebhooks.com), both kinds of signature, with what every platform has: Web Crypto.
import type { WebhookEvent } from "./generated/api.ts";
import { ownRuntime, type Runtime } from "./runtime.ts";

export type { WebhookEvent };

/** A message whose signature is older or newer than this is refused: somebody sends it again, or a clock is wrong. Seconds. */
export const toleranceSeconds = 300;

/** It is not from the network, or not for you, or not of now. Answer 400 and do nothing. */
export class NotGenuine extends Error {
  override readonly name = "NotGenuine";
}

type HeaderLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

interface Wish {
  /** The body as it came, before anything has parsed it. */
  readonly body: string | Uint8Array;
  readonly headers: HeaderLike;
  /** Your endpoint's secret (`whsec_…`), or the network's public key (`whpk_…`), or several while you change over. */
  readonly keys: string | readonly string[];
  readonly runtime?: Pick<Runtime, "now">;
}

/** The event, once it is certain that the network sent it, lately. Throws `NotGenuine`. The same `id` is the same event: act once. */
export async function verifyWebhook({ body, headers, keys, runtime = ownRuntime }: Wish): Promise<WebhookEvent & { readonly id: string }> {
  const [id, timestamp, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => headerOf(headers, name));
  if (!id || !timestamp || !signatures) throw new NotGenuine("webhook-id, webhook-timestamp and webhook-signature are needed.");
  const ageSeconds = runtime.now() / 1_000 - Number(timestamp);
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ageSeconds) > toleranceSeconds) throw new NotGenuine("The message is not of now.");
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  for (const key of typeof keys === "string" ? [keys] : keys)
    for (const signature of signatures.split(" "))
      if (await isBy(key, signature, signed)) return { ...(JSON.parse(text) as WebhookEvent), id };
  throw new NotGenuine("No signature is right.");
}

/** `whsec_` keys go with `v1` (HMAC-SHA256), `whpk_` keys with `v1a` (Ed25519). Web Crypto compares in constant time. */
async function isBy(key: string, signature: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const [version, text = ""] = signature.split(",", 2);
  const isSecret = key.startsWith("whsec_");
  const isPublic = key.startsWith("whpk_");
  if (!isSecret && !isPublic) throw new TypeError("A key begins with whsec_ or whpk_.");
  if (version !== (isSecret ? "v1" : "v1a")) return false;
  const [bytes, proof] = [bytesOf(key.slice(key.indexOf("_") + 1)), bytesOf(text)];
  if (!bytes || !proof) return false;
  const algorithm = isSecret ? { name: "HMAC", hash: "SHA-256" } : { name: "Ed25519" };
  const { subtle } = globalThis.crypto;
  const known = await subtle.importKey("raw", bytes, algorithm, false, ["verify"]);
  return subtle.verify(algorithm.name, known, proof, signed);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function headerOf(headers: HeaderLike, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === "string" ? value : value?.[0];
}
