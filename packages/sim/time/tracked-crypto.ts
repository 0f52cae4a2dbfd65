import { webcrypto } from "node:crypto";
import type { Scheduler } from "./scheduler.ts";

const names = ["sign", "verify", "digest", "importKey", "exportKey", "generateKey", "deriveBits", "deriveKey", "encrypt", "decrypt"] as const;
let scheduler: Scheduler | undefined;
let isTracked = false;

/** Web cryptography works in threads of its own: while it does, the world waits for it. */
export function trackCrypto(of: Scheduler): void {
  scheduler = of;
  if (isTracked) return;
  isTracked = true;
  const subtle = Object.getPrototypeOf(webcrypto.subtle) as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of names) {
    const original = subtle[name]!;
    subtle[name] = function tracked(...args) {
      const work = original.apply(this, args);
      return scheduler ? scheduler.outside(work) : work;
    };
  }
}
