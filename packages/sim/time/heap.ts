/** What waits for its time. */
export interface Entry {
  /** Virtual milliseconds since 1970. */
  ms: number;
  /** Of two at the same time the one that was asked for first comes first. */
  readonly order: number;
  readonly what: string;
  readonly run: () => unknown;
  isOff: boolean;
}

const isBefore = (a: Entry, b: Entry): boolean => a.ms < b.ms || (a.ms === b.ms && a.order < b.order);

/** A binary heap: the earliest is on top. What was called off is dropped when it comes up. */
export class Heap {
  #entries: Entry[] = [];

  push(entry: Entry): void {
    let at = this.#entries.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(this.#entries[at]!, this.#entries[parent]!)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The earliest that still counts; it stays. */
  top(): Entry | undefined {
    while (this.#entries[0]?.isOff) this.pop();
    return this.#entries[0];
  }

  pop(): Entry | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (this.#entries.length === 0 || last === undefined) return first;
    this.#entries[0] = last;
    for (let at = 0; ;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#entries.length && isBefore(this.#entries[child]!, this.#entries[least]!)) least = child;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  /** Whatever would come before `ms` comes then, in its order; the backend's so much later, for it looks at what the stations say. */
  notBefore(ms: number, backendMs: number): void {
    const entries = this.#entries.filter(({ isOff }) => !isOff).toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#entries = [];
    entries.forEach((entry, i) => {
      // A thousandth of a millisecond apart: in the order in which they were due.
      if (entry.ms < ms) entry.ms = ms + i / 1_000 + (entry.what.startsWith("backend") ? backendMs : 0);
      this.push(entry);
    });
  }

  #swap(a: number, b: number): void {
    [this.#entries[a], this.#entries[b]] = [this.#entries[b]!, this.#entries[a]!];
  }
}
