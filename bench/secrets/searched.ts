import { shapesOf } from "@pigeonhole/server/testing-secrets";

/** No shape is shorter: what is shorter stands everywhere by chance. */
const shortest = 6;
/** What a number has beside it when it is part of something longer: a hash, a time, a longer number. */
const joins = /[A-Za-z0-9+/=_.:-]/;

/** Many secrets, and whether one of them stands in a text, in clear or as the usual encodings have it: each place of the text is looked at once. */
export class Searched {
  /** By the first letters, all shapes that begin so. */
  readonly #shapes = new Map<string, { readonly shape: string; readonly secret: string }[]>();
  /** Whether any shape begins with letters of this hash. */
  readonly #begins = new Uint8Array(1 << 22);
  readonly #secrets = new Set<string>();

  get size(): number {
    return this.#secrets.size;
  }

  add(secret: string): void {
    if (this.#secrets.has(secret)) return;
    this.#secrets.add(secret);
    const grouped = /^\d{8}$/.test(secret) ? [secret.replace(/(....)/, "$1 ")] : [];
    for (const shape of new Set([...shapesOf(secret), ...grouped])) {
      if (shape.length < shortest) continue;
      const begin = shape.slice(0, shortest);
      this.#begins[hashOf(begin, 0)] = 1;
      const known = this.#shapes.get(begin) ?? [];
      this.#shapes.set(begin, known);
      known.push({ shape, secret });
    }
  }

  /** The secrets that stand in the text. A number counts where it stands alone. */
  in(text: string): readonly string[] {
    const found = new Set<string>();
    for (let at = 0; at + shortest <= text.length; at++) {
      if (this.#begins[hashOf(text, at)] === 0) continue;
      for (const { shape, secret } of this.#shapes.get(text.slice(at, at + shortest)) ?? []) {
        if (!text.startsWith(shape, at)) continue;
        const isPart = /^\d+$/.test(shape) && (joins.test(text[at - 1] ?? "") || joins.test(text[at + shape.length] ?? ""));
        if (!isPart) found.add(secret);
      }
    }
    return [...found];
  }
}

function hashOf(text: string, at: number): number {
  let hash = 0;
  for (let i = 0; i < shortest; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(at + i)) | 0;
  return (hash ^ (hash >>> 13)) & ((1 << 22) - 1);
}
