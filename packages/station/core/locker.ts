import assert from "node:assert/strict";
import { systemNow, type Now } from "@pigeonhole/kit/clock";
import { digits, systemRandom } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import { AccessToken } from "./access-token.ts";
import { Compartment, sizes } from "./compartment.ts";

export interface LockerOptions {
  readonly now?: Now;
  /** A fresh code; cryptographically random. One that is live already is thrown away and another asked for. */
  readonly newCode?: () => string;
  /** The form in which a code is kept and looked up: itself by default, a keyed hash in the full station. */
  readonly keyOf?: (code: string) => string;
  /** How long a token lives. */
  readonly tokenDays?: number;
  /** The sizes that may be asked for. */
  readonly sizes?: readonly string[];
}

/** Draws for one code; with 10^8 codes and 150 doors a second draw is already rare. */
const drawsPerCode = 1_000;
const msPerDay = 24 * 60 * 60 * 1_000;

/** Orchestrates a cabinet: owns the compartments, the token map and the set of occupied ids. Needs no backend. */
export class Locker {
  readonly #compartments: ReadonlyMap<string, Compartment>;
  readonly #tokens = new Map<string, AccessToken>();
  readonly #occupied = new Set<string>();
  readonly #now: Now;
  readonly #newCode: () => string;
  readonly #keyOf: (code: string) => string;
  readonly #tokenMs: number;
  readonly #sizes: readonly string[];

  constructor(compartments: readonly Compartment[], options: LockerOptions = {}) {
    this.#compartments = new Map(compartments.map((compartment) => [compartment.getId(), compartment]));
    assert.equal(this.#compartments.size, compartments.length, "two compartments have the same id");
    this.#now = options.now ?? systemNow;
    this.#newCode = options.newCode ?? (() => digits(systemRandom, 8));
    this.#keyOf = options.keyOf ?? ((code) => code);
    this.#tokenMs = (options.tokenDays ?? 7) * msPerDay;
    this.#sizes = options.sizes ?? sizes;
  }

  /** Takes the first free compartment of exactly this size and makes a token for it. */
  depositPackage(size: string, mayUse: (compartment: Compartment) => boolean = () => true): { compartmentId: string; tokenCode: string } {
    if (!this.#sizes.includes(size)) throw new Refused("invalid_size", `Invalid size ${String(size)}`);
    const free = [...this.#compartments.values()].find((c) => c.getSize() === size && !this.#occupied.has(c.getId()) && mayUse(c));
    if (!free) throw new Refused("no_space", `No available compartment of size ${size}`);
    const tokenCode = this.#freshCode();
    this.depositInto(free.getId(), this.#keyOf(tokenCode), new Date(this.#now().getTime() + this.#tokenMs));
    return { compartmentId: free.getId(), tokenCode };
  }

  /** Uses a code up: its token is gone and its compartment free. An expired token met here is cleaned up on the way. */
  pickup(tokenCode: string | null | undefined): string {
    const compartmentId = this.redeem(typeof tokenCode === "string" && tokenCode !== "" ? this.#keyOf(tokenCode) : "", {
      freesExpired: true,
    });
    this.release(compartmentId);
    return compartmentId;
  }

  /** Two passes: first the expired tokens are found, then each is removed and its compartment freed. Run hourly. Answers how many. */
  cleanupExpired(): number {
    const expired = [...this.#tokens].filter(([, token]) => token.getCompartmentIfValid() === null);
    for (const [key, token] of expired) {
      this.#tokens.delete(key);
      this.#occupied.delete(token.getCompartment().getId());
    }
    return expired.length;
  }

  // What follows is for a station built around this core: it knows doors, so using a right and freeing a compartment are two moments,
  // and it keeps keys instead of codes.

  /** Deposits into a named, free compartment under a key made elsewhere. Without a key the compartment is occupied and nobody has a code yet. */
  depositInto(compartmentId: string, key: string | null, expiration: Date): void {
    const compartment = this.#compartments.get(compartmentId);
    if (!compartment) throw new Refused("no_such_compartment", `No compartment ${compartmentId}`);
    if (this.#occupied.has(compartmentId)) throw new Refused("compartment_taken", `Compartment ${compartmentId} is occupied`);
    if (key !== null) this.addToken(compartmentId, key, expiration);
    this.#occupied.add(compartmentId);
  }

  /** Another key for an occupied or a yet empty compartment, e.g. a re-issued code. */
  addToken(compartmentId: string, key: string, expiration: Date): void {
    const compartment = this.#compartments.get(compartmentId);
    if (!compartment) throw new Refused("no_such_compartment", `No compartment ${compartmentId}`);
    if (key === "" || this.#tokens.has(key)) throw new Refused("code_taken", "This code is live already");
    this.#tokens.set(key, new AccessToken(key, expiration, compartment, this.#now));
  }

  /** Uses a key up and answers its compartment, which stays occupied until `release`. */
  redeem(key: string, { freesExpired = false } = {}): string {
    const token = key === "" ? undefined : this.#tokens.get(key);
    if (!token) throw new Refused("wrong_code", "Invalid access token code");
    const compartment = token.getCompartmentIfValid();
    if (!compartment) {
      if (freesExpired) {
        this.#tokens.delete(key);
        this.release(token.getCompartment().getId());
      }
      throw new Refused("code_expired", "Access token has expired");
    }
    this.#tokens.delete(key);
    return compartment.getId();
  }

  /** The compartment is empty and its door closed. */
  release(compartmentId: string): void {
    this.#occupied.delete(compartmentId);
  }

  /** A key no longer opens anything (revoked, re-issued). */
  revoke(key: string): void {
    this.#tokens.delete(key);
  }

  /** Whether there is a token under this key, valid or expired. */
  isLive(key: string): boolean {
    return this.#tokens.has(key);
  }

  isOccupied(compartmentId: string): boolean {
    return this.#occupied.has(compartmentId);
  }

  /** Free compartments of a size. */
  countFree(size: string, mayUse: (compartment: Compartment) => boolean = () => true): number {
    return [...this.#compartments.values()].filter((c) => c.getSize() === size && !this.#occupied.has(c.getId()) && mayUse(c)).length;
  }

  #freshCode(): string {
    for (let draw = 0; draw < drawsPerCode; draw++) {
      const code = this.#newCode();
      if (!this.#tokens.has(this.#keyOf(code))) return code;
    }
    throw new Error(`no unused code in ${drawsPerCode} draws: the code generator is broken`);
  }
}
