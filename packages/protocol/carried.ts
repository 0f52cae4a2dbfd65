import { sign, verify } from "node:crypto";
import { fromBase32, toBase32 } from "./base32.ts";
import type { PinnedKeys, SigningKey } from "./envelope.ts";
import { Grant } from "./messages.ts";
import { holdReasons } from "./reasons.ts";

/**
 * How one right stands, from the backend to a station that it can not reach, through somebody's phone (F4, I-36): `PHC1` and base32 of a
 * body and an Ed25519 signature. The body, big-endian: version 1; flags 1 (bit 0: withdrawn, bit 1: a code's hash follows, from bit 2
 * on: held for the reasons of `holdReasons`, in their order); kind of the right, its place in `Grant.kind`, 1; the first 4 bytes of the station's id; epoch 4; grant 16; parcel 16; compartment 2; generation 2; issued 4; good
 * until 4; the right's own end 4, in Unix seconds, 0 for none; the hash of its code 32, if flagged; the length of the key's id 1 and that id.
 * Signed is `pigeonhole/1/carried\n`, the whole id of the station, 16 bytes, and the body: what is not sent can not be exchanged either.
 * With a key id of 12 letters a right with a code is 168 bytes, 273 characters: QR version 10 at level M, 57 modules; a
 * withdrawal 136 bytes, 222 characters: version 9, 53 modules.
 */
export interface Carried {
  readonly station: string;
  readonly epoch: number;
  readonly grant: Pick<Grant, "id" | "kind" | "parcel" | "compartment" | "generation" | "codeHash" | "held"> & {
    readonly isWithdrawn: boolean;
    readonly expiresAt: Date | null;
  };
  readonly issuedAt: Date;
  /** Half-open: at this instant no station takes it in any more. */
  readonly expiresAt: Date;
}
const mark = "PHC1";
/** No document is longer. Characters. */
export const maxCarriedChars = 400;
/** A phone shows a document for so long; then it fetches another. This bounds how long one that a newer overtook can be replayed to a station that has not heard of the newer. Hours. */
export const carriedHours = 72;

const headBytes = 59;
const kinds = Grant.shape.kind.options;
const uuidBytes = (text: string): Buffer => Buffer.from(text.replaceAll("-", ""), "hex");
const uuidText = (bytes: Buffer): string => bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);
/** Bit 2 stands for the first reason. */
const heldBits = (held: Grant["held"]): number => holdReasons.reduce((bits, reason, i) => bits | (held?.includes(reason) ? 4 << i : 0), 0);
const mostFlags = 3 | heldBits([...holdReasons]);
const signed = (station: string, body: Buffer): Buffer => Buffer.concat([Buffer.from("pigeonhole/1/carried\n"), uuidBytes(station), body]);

/** Whether a text claims to be such a document. */
export const isCarried = (text: string): boolean => text.trim().startsWith(mark);

export function writeCarried({ station, epoch, grant, issuedAt, expiresAt }: Carried, { kid, key }: SigningKey): string {
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(1, 0);
  head.writeUInt8((grant.isWithdrawn ? 1 : 0) | (grant.codeHash === null ? 0 : 2) | heldBits(grant.held), 1);
  head.writeUInt8(kinds.indexOf(grant.kind), 2);
  uuidBytes(station).copy(head, 3, 0, 4);
  head.writeUInt32BE(epoch, 7);
  uuidBytes(grant.id).copy(head, 11);
  uuidBytes(grant.parcel).copy(head, 27);
  head.writeUInt16BE(grant.compartment, 43);
  head.writeUInt16BE(grant.generation, 45);
  head.writeUInt32BE(seconds(issuedAt), 47);
  head.writeUInt32BE(seconds(expiresAt), 51);
  head.writeUInt32BE(grant.expiresAt ? seconds(grant.expiresAt) : 0, 55);
  const id = Buffer.from(kid);
  const body = Buffer.concat([head, Buffer.from(grant.codeHash ?? "", "hex"), Buffer.from([id.length]), id]);
  return mark + toBase32(Buffer.concat([body, sign(null, signed(station, body), key)]));
}

/** What is in a document for this station; or why it is to be refused: it is another station's, or nobody of ours signed it. */
export function readCarried(text: string, station: string, keys: PinnedKeys): Carried | "not_ours" | "forged" {
  const trimmed = text.trim();
  const bytes = trimmed.length <= maxCarriedChars && isCarried(trimmed) ? fromBase32(trimmed.slice(mark.length)) : undefined;
  if (!bytes || bytes.length < headBytes + 1 + 64 || bytes[0] !== 1) return "forged";
  const all = Buffer.from(bytes);
  if (!all.subarray(3, 7).equals(uuidBytes(station).subarray(0, 4))) return "not_ours";
  const flags = all[1]!;
  const hashEnd = headBytes + (flags & 2 ? 32 : 0);
  const bodyEnd = hashEnd + 1 + (all[hashEnd] ?? 0);
  const [body, signature] = [all.subarray(0, bodyEnd), all.subarray(bodyEnd)];
  const kid = all.subarray(hashEnd + 1, bodyEnd).toString();
  const key = Object.hasOwn(keys, kid) ? keys[kid] : undefined;
  const kind = kinds[all[2]!];
  if (!key || signature.length !== 64 || flags > mostFlags || !kind || !verify(null, signed(station, body), key, signature))
    return "forged";
  const instant = (at: number): Date => new Date(body.readUInt32BE(at) * 1_000);
  const held = holdReasons.filter((_, i) => flags & (4 << i));
  return {
    station,
    epoch: body.readUInt32BE(7),
    grant: {
      id: uuidText(body.subarray(11, 27)),
      kind,
      parcel: uuidText(body.subarray(27, 43)),
      compartment: body.readUInt16BE(43),
      generation: body.readUInt16BE(45),
      isWithdrawn: (flags & 1) === 1,
      codeHash: flags & 2 ? body.subarray(headBytes, headBytes + 32).toString("hex") : null,
      expiresAt: body.readUInt32BE(55) === 0 ? null : instant(55),
      ...(held.length > 0 && { held }),
    },
    issuedAt: instant(47),
    expiresAt: instant(51),
  };
}
