import { sameSecret, type Seal } from "./seal.ts";

/** Hexadecimal digits of the keyed hash: 80 bits. */
const digits = 20;

/**
 * A name for something of ours that is also the right to do one thing with it: its id (a uuid) and a keyed hash of it. Nothing is stored; whoever shows
 * the token was given it. It survives what mail servers do to names: no upper case, no signs. `purpose` keeps one kind of token from passing for another.
 */
export const writeToken = (seal: Pick<Seal, "hash">, purpose: string, id: string): string =>
  id.replaceAll("-", "") + seal.hash(purpose, id).slice(0, digits);

/** The id in a token; null for what was never written with this purpose. */
export function readToken(seal: Pick<Seal, "hash">, purpose: string, token: string): string | null {
  const [, hex, given] = /^([0-9a-f]{32})([0-9a-f]{20})$/.exec(token.toLowerCase()) ?? [];
  if (hex === undefined || given === undefined) return null;
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return sameSecret(given, seal.hash(purpose, id).slice(0, digits)) ? id : null;
}
