import { createHmac } from "node:crypto";
import type { Now } from "../clock.ts";
import type { Db, Tx } from "../db.ts";
import type { NewId } from "../ids.ts";
import type { Random } from "../random.ts";
import type { Seal } from "../seal.ts";
import type { KeyEncryption } from "./key-encryption.ts";
import * as queries from "./queries.ts";
import { openWith, sealedFor, sealWith } from "./sealed.ts";

/** Seals and opens for one person. `place` names table, column and row. */
export interface PersonSeal {
  readonly subject: string;
  seal(place: string, value: string): string;
  open(place: string, sealed: string): string;
}

/** By what a person is found. */
export interface Handles {
  readonly email: string;
  /** E.164. */
  readonly phone?: string | null;
}

/**
 * Personal data at rest (A10.1): each person's is sealed under keys of their own, which the installation's key wraps. To erase somebody is
 * to destroy their keys: what is sealed for them is then unreadable wherever it stands, within `rememberedSeconds` in every process.
 */
export interface Personal {
  /** Call it once before the first transaction: the keys of the indexes are read, or made, on a connection of their own. */
  ready(): Promise<void>;
  /** The person with this address, made if there is none, and known by the phone as well from now on. Something is about to be sealed for them. */
  subjectOf<T>(tx: Tx<T>, handles: Handles): Promise<PersonSeal>;
  /** The person with this address; more than one only by phone, which a family may share. */
  find<T>(db: Db<T>, kind: queries.Kind, value: string): Promise<readonly string[]>;
  /** Throws `Erased` when there is no such person any more. */
  of<T>(db: Db<T>, subject: string): Promise<PersonSeal>;
  /** Opens what was sealed for whomever; also what was sealed under the installation's own key. Throws `Erased` when the person's keys are gone. */
  open<T>(db: Db<T>, place: string, sealed: string): Promise<string>;
  /** Destroys the keys. False when something was sealed so shortly ago that it may still be on its way: ask again in `settleSeconds`. */
  erase<T>(tx: Tx<T>, subject: string): Promise<boolean>;
  /** A key of 32 bytes for something else, made if there is none. Its destruction is `forgetKey`. */
  key<T>(db: Db<T>, name: string): Promise<Buffer>;
  /** The same, and undefined when there is none, or none any more. */
  knownKey<T>(db: Db<T>, name: string): Promise<Buffer | undefined>;
  forgetKey<T>(db: Db<T>, name: string): Promise<void>;
}

/** The person's keys have been destroyed: nobody can read it any more. */
export class Erased extends Error {
  override readonly name = "Erased";
  readonly subject: string;
  constructor(subject: string) {
    super(`what is known of ${subject} was erased`);
    this.subject = subject;
  }
}

/** What was opened; undefined when the person it was sealed for is erased. */
export async function unlessErased<T>(opened: Promise<T>): Promise<T | undefined> {
  try {
    return await opened;
  } catch (error) {
    if (error instanceof Erased) return undefined;
    throw error;
  }
}

/** An unwrapped key is kept in memory so long, and not longer than that after its destruction elsewhere. Seconds. */
export const rememberedSeconds = 15;
/** Keys in memory at most. */
const rememberedKeys = 20_000;
/** Of those with names. */
const rememberedNamed = 1_000;
/** What was sealed so shortly ago may still be on its way to its table. Seconds. */
export const settleSeconds = 5;
/** A key that is older gets a successor when something new is sealed; what it sealed it goes on opening. Days. */
const keyDays = 365;
/** So many buckets has a blind index: among a million people each has some sixty. A power of two. */
const buckets = 16_384;

const dayMs = 86_400_000;
const contextOf = ({ subject, generation }: { readonly subject: string; readonly generation: number }): string =>
  `kit.subject_key|${subject}|${generation}`;
const handlePlace = (kind: queries.Kind, subject: string): string => `kit.subject_handle.${kind}|${subject}`;
/** Letters' case and white space make no other person. */
const normal = (kind: queries.Kind, value: string): string =>
  kind === "email" ? value.normalize("NFKC").trim().toLowerCase() : value.replaceAll(/[^\d+]/g, "");

interface Needs {
  /** Keys with names are written here, outside of whatever transaction asks for them. */
  readonly db: Db<never>;
  readonly keys: KeyEncryption;
  /** Opens what was sealed before people had keys of their own. */
  readonly seal: Pick<Seal, "open">;
  readonly now: Now;
  readonly newId: NewId;
  readonly random: Random;
}
interface Key {
  readonly generation: number;
  readonly key: Buffer;
  readonly madeAt: Date;
}

export function createPersonal({ db: own, keys, seal, now, newId, random }: Needs): Personal {
  const remembered = new Map<string, { readonly keys: readonly Key[]; readonly until: number }>();
  const named = new Map<string, { readonly key: Buffer; readonly until: number }>();
  /** The indexes' keys are never destroyed: they are read once. */
  const indexKeys = new Map<queries.Kind, Buffer>();
  const until = (): number => now().getTime() + rememberedSeconds * 1_000;

  const unwrap = async (row: queries.KeyRow): Promise<Key> => ({
    generation: row.generation,
    madeAt: row.made_at,
    key: await keys.unwrap(row, contextOf(row)),
  });
  const load = async <T>(db: Db<T>, subject: string): Promise<readonly Key[]> => {
    const known = remembered.get(subject);
    if (known && known.until > now().getTime()) return known.keys;
    const rows = await queries.keysOf(db, subject);
    remembered.delete(subject);
    if (rows.length === 0) throw new Erased(subject);
    const loaded = await Promise.all(rows.map(unwrap));
    if (remembered.size >= rememberedKeys) remembered.delete(remembered.keys().next().value!);
    remembered.set(subject, { keys: loaded, until: until() });
    return loaded;
  };

  const personSeal = (subject: string, theirs: readonly Key[]): PersonSeal => ({
    subject,
    seal: (place, value) => sealWith(theirs[0]!.key, random, { subject, generation: theirs[0]!.generation }, place, value),
    open: (place, sealed) => {
      const who = sealedFor(sealed);
      if (who === null) return seal.open(place, sealed);
      const key = theirs.find(({ generation }) => generation === who.generation)?.key;
      if (who.subject !== subject || !key) throw new Error(`cannot open ${place}: it is sealed for somebody else`);
      return openWith(key, who, place, sealed);
    },
  });

  const dataKeyContext = (name: string): string => `kit.data_key|${name}`;
  const knownKey = async <T>(db: Db<T>, name: string): Promise<Buffer | undefined> => {
    const known = named.get(name);
    if (known && known.until > now().getTime()) return known.key;
    named.delete(name);
    const row = await queries.dataKey(db, name);
    if (!row) return undefined;
    const opened = await keys.unwrap(row, dataKeyContext(name));
    if (named.size >= rememberedNamed) named.delete(named.keys().next().value!);
    named.set(name, { key: opened, until: until() });
    return opened;
  };
  const key = async <T>(db: Db<T>, name: string): Promise<Buffer> => {
    const known = await knownKey(db, name);
    if (known) return known;
    await queries.addDataKey(own, name, await keys.wrap(random.bytes(32), dataKeyContext(name)), now());
    return (await knownKey(own, name))!;
  };
  const indexKey = async <T>(db: Db<T>, kind: queries.Kind): Promise<Buffer> => {
    const found = indexKeys.get(kind) ?? (await key(db, `index ${kind}`));
    indexKeys.set(kind, found);
    return found;
  };
  const bucketOf = async <T>(db: Db<T>, kind: queries.Kind, value: string): Promise<number> =>
    createHmac("sha256", await indexKey(db, kind))
      .update(value)
      .digest()
      .readUInt32BE(0) % buckets;

  /** Everybody in the bucket is looked at: equal hashes prove nothing. */
  const inBucket = async <T>(db: Db<T>, kind: queries.Kind, value: string, number: number): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const row of await queries.bucket(db, kind, number)) {
      const who = sealedFor(row.sealed);
      if (who?.generation !== row.generation) continue;
      const { key: theirs } = await unwrap(row);
      if (openWith(theirs, who, handlePlace(kind, row.subject), row.sealed) === value) found.push(row.subject);
    }
    return found;
  };
  const find: Personal["find"] = async (db, kind, value) => {
    const text = normal(kind, value);
    return inBucket(db, kind, text, await bucketOf(db, kind, text));
  };

  /** A fresh key beside the old ones, when the newest has grown old. */
  const renew = async <T>(tx: Tx<T>, subject: string, theirs: readonly Key[]): Promise<readonly Key[]> => {
    const at = now();
    const newest = theirs[0];
    if (newest && at.getTime() - newest.madeAt.getTime() < keyDays * dayMs) return theirs;
    const fresh = { generation: (newest?.generation ?? 0) + 1, key: random.bytes(32), madeAt: at };
    const row = { subject, generation: fresh.generation };
    await queries.addKey(tx, { ...row, ...(await keys.wrap(fresh.key, contextOf(row))), made_at: at });
    // Another transaction may have been first: what is written counts, and is read when this one has ended.
    remembered.delete(subject);
    return newest === undefined ? [fresh] : Promise.all((await queries.keysOf(tx, subject)).map(unwrap));
  };
  const know = async <T>(tx: Tx<T>, person: PersonSeal, kind: queries.Kind, value: string, number: number): Promise<void> =>
    queries.addHandle(tx, { subject: person.subject, kind, bucket: number, sealed: person.seal(handlePlace(kind, person.subject), value) });

  return {
    ready: async () => {
      for (const kind of ["email", "phone"] as const) await indexKey(own, kind);
    },
    find,
    subjectOf: async (tx, { email, phone }) => {
      const address = normal("email", email);
      const number = await bucketOf(tx, "email", address);
      await queries.lockBucket(tx, "email", number);
      let [subject] = await inBucket(tx, "email", address, number);
      const isNew = subject === undefined || !(await queries.touch(tx, subject, now()));
      if (isNew) {
        subject = newId();
        await queries.addSubject(tx, subject, now());
      }
      const person = personSeal(subject!, await renew(tx, subject!, isNew ? [] : await load(tx, subject!)));
      if (isNew) await know(tx, person, "email", address, number);
      if (phone) {
        const digits = normal("phone", phone);
        const line = await bucketOf(tx, "phone", digits);
        if (!(await inBucket(tx, "phone", digits, line)).includes(subject!)) await know(tx, person, "phone", digits, line);
      }
      return person;
    },
    of: async (db, subject) => personSeal(subject, await load(db, subject)),
    open: async (db, place, sealed) => {
      const who = sealedFor(sealed);
      return who === null ? seal.open(place, sealed) : personSeal(who.subject, await load(db, who.subject)).open(place, sealed);
    },
    erase: async (tx, subject) => {
      const at = now();
      const last = await queries.lockSubject(tx, subject);
      if (last && at.getTime() - last.getTime() < settleSeconds * 1_000) return false;
      await queries.destroy(tx, subject, at);
      remembered.delete(subject);
      return true;
    },
    key,
    knownKey,
    forgetKey: async (db, name) => {
      named.delete(name);
      await queries.destroyDataKey(db, name);
    },
  };
}
