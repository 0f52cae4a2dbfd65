import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db, Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import type { Random } from "@pigeonhole/kit/random";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import { publicKeyText, type SigningKey } from "@pigeonhole/protocol/envelope";
import type { SigningKeys } from "@pigeonhole/protocol/signing-keys";
import { KeysChanged } from "./events.ts";
import * as queries from "./queries/keys.ts";
import type { KeyRow } from "./queries/keys.ts";
import type { Tables } from "./tables.ts";

const day = 86_400_000;
/** A next key is used when every station has it, or after so long: whoever was away then learns it from the authority. Milliseconds. */
export const announceMs = 7 * day;
/** The former key stays trusted for so long, longer than any pick-up window: QR codes that were mailed are signed with it. Milliseconds. */
export const retireMs = 21 * day;

interface Needs {
  readonly db: Db<Tables>;
  readonly seal: Seal;
  readonly now: Now;
  readonly random: Random;
  /** The installation's first key. */
  readonly signingKey: SigningKey;
}
export type KeyState = "next" | "present" | "former" | "retired";
export interface KeyInfo {
  readonly kid: string;
  readonly state: KeyState;
  readonly since: Date;
}

const place = (kid: string): string => `access.signing_key|${kid}`;
// The PKCS#8 prefix of an Ed25519 private key (RFC 8410 §7).
const prefix = Buffer.from("302e020100300506032b657004220420", "hex");
const privateKeyOf = (seed: string): KeyObject =>
  createPrivateKey({ key: Buffer.concat([prefix, Buffer.from(seed, "base64url")]), format: "der", type: "pkcs8" });
const seedOf = (key: KeyObject): string => key.export({ format: "jwk" }).d!;

const presentOf = (rows: readonly KeyRow[]): KeyRow => rows.findLast((row) => row.present_at !== null)!;
const stateOf = (row: KeyRow, present: KeyRow): KeyState =>
  row.retired_at ? "retired" : row.present_at === null ? "next" : row === present ? "present" : "former";
/** Grows by one with each key that comes and each that goes. */
const generationOf = (rows: readonly KeyRow[]): number => rows.length + rows.filter((row) => row.retired_at !== null).length;

/** The keys that sign for stations: one present, at most one neighbour. Kept in the database, so that all processes use the same. */
export function createKeyring({ db, seal, now, random, signingKey }: Needs) {
  const opened = new Map<string, KeyObject>();
  const keyOf = (row: KeyRow): KeyObject => {
    const known = opened.get(row.kid) ?? privateKeyOf(seal.open(place(row.kid), row.sealed));
    opened.set(row.kid, known);
    return known;
  };
  const rowOf = (number: number, { kid, key }: SigningKey, at: Date): KeyRow => ({
    number,
    kid,
    sealed: seal.seal(place(kid), seedOf(key)),
    announced_at: at,
    present_at: null,
    retired_at: null,
  });
  const rows = async (): Promise<KeyRow[]> => {
    const known = await queries.all(db);
    if (known.length > 0) return known;
    const at = now();
    await queries.found(db, { ...rowOf(1, signingKey, at), present_at: at });
    return queries.all(db);
  };
  const publicOf = (row: KeyRow): string => publicKeyText(createPublicKey(keyOf(row)));
  const tell = (tx: Tx<Tables>, { kid }: KeyRow, state: KeyState, actor: string): Promise<void> =>
    publish(tx, now(), KeysChanged, { kid, state, actor });
  const retireOthers = async (tx: Tx<Tables>, all: readonly KeyRow[], present: KeyRow, actor: string): Promise<void> => {
    for (const row of all.filter((other) => other.retired_at === null && other.number < present.number)) {
      await queries.change(tx, row.number, { retired_at: now() });
      await tell(tx, row, "retired", actor);
    }
  };

  return {
    /** What signs now. */
    present: async (): Promise<SigningKey> => {
      const row = presentOf(await rows());
      return { kid: row.kid, key: keyOf(row) };
    },
    /** What stations are to trust now. */
    trusted: async (): Promise<SigningKeys> => {
      const all = await rows();
      const live = all.filter((row) => row.retired_at === null);
      return { generation: generationOf(all), keys: Object.fromEntries(live.map((row) => [row.kid, publicOf(row)])) };
    },
    list: async (): Promise<readonly KeyInfo[]> => {
      const all = await rows();
      const present = presentOf(all);
      return all.map((row) => ({
        kid: row.kid,
        state: stateOf(row, present),
        since: row.retired_at ?? row.present_at ?? row.announced_at,
      }));
    },
    /**
     * Begins a change of the key: a next one is made and announced, `advance` does the rest in its time. `atOnce`, for a key that was
     * stolen: the next one signs from this moment and every other is dead; QR codes that were mailed die with it, typed codes do not.
     */
    rotate: async ({ atOnce, actor }: { readonly atOnce: boolean; readonly actor: string }): Promise<string> => {
      await rows();
      return db.transaction().execute(async (tx) => {
        const all = await queries.lockAll(tx);
        const live = all.filter((row) => row.retired_at === null);
        const waiting = live.find((row) => row.present_at === null);
        if (!atOnce && live.length > 1)
          throw new Refused("rotation_under_way", "A change of the key is under way: `keys list` shows how far it is.");
        const at = now();
        const key = privateKeyOf(random.bytes(32).toString("base64url"));
        const fresh = { ...rowOf(all.length + 1, { kid: publicKeyText(createPublicKey(key)).slice(0, 12), key }, at) };
        // A key that was announced and never used is as suspect as the one before it.
        if (waiting) await queries.change(tx, waiting.number, { present_at: at });
        await queries.add(tx, { ...fresh, present_at: atOnce ? at : null });
        await tell(tx, fresh, atOnce ? "present" : "next", actor);
        if (atOnce) await retireOthers(tx, [...all, fresh], fresh, actor);
        return fresh.kid;
      });
    },
    /** Takes the next step of a change when its time has come: `lacking` counts the stations that do not have the present set of keys yet. */
    advance: async (lacking: (generation: number) => Promise<number>): Promise<void> => {
      const before = await rows();
      const live = before.filter((row) => row.retired_at === null);
      if (live.length === 1) return;
      const isKnown = (await lacking(generationOf(before))) === 0;
      await db.transaction().execute(async (tx) => {
        const all = await queries.lockAll(tx);
        if (generationOf(all) !== generationOf(before)) return;
        const at = now().getTime();
        const next = all.find((row) => row.present_at === null);
        const present = presentOf(all);
        if (next && (isKnown || at >= next.announced_at.getTime() + announceMs)) {
          await queries.change(tx, next.number, { present_at: now() });
          await tell(tx, next, "present", "module:access");
        } else if (!next && at >= present.present_at!.getTime() + retireMs) await retireOthers(tx, all, present, "module:access");
      });
    },
  };
}
export type Keyring = ReturnType<typeof createKeyring>;
