import { sign, verify } from "node:crypto";
import { z } from "zod";
import type { PinnedKeys, SigningKey } from "./envelope.ts";

/**
 * A pick-up right as a QR code that a station checks alone: `PH1.` and base64url of 42 bytes and an Ed25519 signature over them,
 * 146 characters (G-23: under 180). Layout, big-endian: version 1 byte, length of the key id 1, station 16, grant 16, generation 2,
 * not before and expiry as one 32-bit expiry in Unix seconds 4, compartment 2; then the key id.
 */
export interface QrRight {
  readonly station: string;
  readonly grant: string;
  readonly generation: number;
  readonly compartment: number;
  readonly expiresAt: Date;
}
const mark = "PH1.";
const uuidBytes = (text: string): Buffer => Buffer.from(text.replaceAll("-", ""), "hex");
const uuidText = (bytes: Buffer): string => bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
const signed = (head: Buffer): Buffer => Buffer.concat([Buffer.from("pigeonhole/1/qr\n"), head]);

export function writeQr(right: QrRight, { kid, key }: SigningKey): string {
  const id = Buffer.from(kid);
  const head = Buffer.alloc(42);
  head.writeUInt8(1, 0);
  head.writeUInt8(id.length, 1);
  uuidBytes(right.station).copy(head, 2);
  uuidBytes(right.grant).copy(head, 18);
  head.writeUInt16BE(right.generation, 34);
  head.writeUInt32BE(Math.floor(right.expiresAt.getTime() / 1_000), 36);
  head.writeUInt16BE(right.compartment, 40);
  const body = Buffer.concat([head, id]);
  return mark + Buffer.concat([body, sign(null, signed(body), key)]).toString("base64url");
}

/** Undefined when the text is no pick-up code of ours or the signature does not match: a scanner reads all kinds of things. */
export function readQr(text: string, keys: PinnedKeys): QrRight | undefined {
  if (!text.startsWith(mark) || text.length > 180) return undefined;
  const bytes = Buffer.from(text.slice(mark.length), "base64url");
  if (bytes.length < 42 + 64 || bytes[0] !== 1) return undefined;
  const body = bytes.subarray(0, 42 + bytes[1]!);
  const signature = bytes.subarray(body.length);
  const kid = bytes.subarray(42, body.length).toString();
  const key = Object.hasOwn(keys, kid) ? keys[kid] : undefined;
  if (!key || signature.length !== 64 || !verify(null, signed(body), key, signature)) return undefined;
  const right = { station: uuidText(bytes.subarray(2, 18)), grant: uuidText(bytes.subarray(18, 34)) };
  return z.object({ station: z.uuid(), grant: z.uuid() }).safeParse(right).success
    ? {
        ...right,
        generation: bytes.readUInt16BE(34),
        expiresAt: new Date(bytes.readUInt32BE(36) * 1_000),
        compartment: bytes.readUInt16BE(40),
      }
    : undefined;
}
