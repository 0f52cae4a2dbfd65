import { systemNow, type Now } from "@pigeonhole/kit/clock";
import type { Compartment } from "./compartment.ts";

/** The right to one compartment until an instant. */
export class AccessToken {
  readonly #code: string;
  readonly #expiration: Date;
  readonly #compartment: Compartment;
  readonly #now: Now;

  constructor(code: string, expiration: Date, compartment: Compartment, now: Now = systemNow) {
    this.#code = code;
    this.#expiration = expiration;
    this.#compartment = compartment;
    this.#now = now;
  }

  /** The compartment while now < expiration, from then on null. */
  getCompartmentIfValid(): Compartment | null {
    return this.#now() < this.#expiration ? this.#compartment : null;
  }

  /** The compartment, whether the token is still valid or not. */
  getCompartment(): Compartment {
    return this.#compartment;
  }

  /** The code, in the form in which its locker keeps codes. */
  getCode(): string {
    return this.#code;
  }
}
