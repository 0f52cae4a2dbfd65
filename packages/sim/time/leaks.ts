import { webcrypto } from "node:crypto";
import type { Scheduler } from "./scheduler.ts";

const names = [
  "sign",
  "verify",
  "digest",
  "importKey",
  "exportKey",
  "generateKey",
  "deriveBits",
  "deriveKey",
  "encrypt",
  "decrypt",
] as const;
let scheduler: Scheduler | undefined;
let isStopped = false;

/**
 * What libraries take from the machine without being given it: the time (cookies, rate limits), and threads for Web Cryptography. From now on it is
 * this world's time, and while a thread works the world waits for it.
 */
export function stopLeaks(of: Scheduler): void {
  scheduler = of;
  if (isStopped) return;
  isStopped = true;
  Date.now = () => Math.floor(scheduler!.nowMs);
  const subtle = Object.getPrototypeOf(webcrypto.subtle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of names) {
    const original = subtle[name]!;
    subtle[name] = function tracked(...args) {
      return scheduler!.outside(original.apply(this, args));
    };
  }
}
