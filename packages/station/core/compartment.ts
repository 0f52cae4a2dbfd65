/** Sizes of a stand-alone station, smallest first. */
export const sizes = ["small", "medium", "large"] as const;
export type Size = (typeof sizes)[number];

/** One door and the space behind it. Plain data: what lies in it is the Locker's to know. */
export class Compartment {
  readonly #id: string;
  readonly #size: string;

  constructor(id: string, size: Size | (string & {})) {
    this.#id = id;
    this.#size = size;
  }

  getId(): string {
    return this.#id;
  }
  getSize(): string {
    return this.#size;
  }
}
