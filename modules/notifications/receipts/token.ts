import { sameSecret, type Seal } from "@pigeonhole/kit/seal";

/** Hexadecimal digits of the keyed hash: 80 bits, so that token and name of a mailbox stay within the 64 characters of RFC 5321 §4.5.3.1.1. */
const digits = 20;

/**
 * What a message is called towards those who report what became of it, and towards its reader who wants no more of its kind: its id and a
 * keyed hash of it. Whoever shows a token was given it with the message. It survives what mail servers do to names of mailboxes: no upper case, no signs.
 */
export const tokens = (seal: Pick<Seal, "hash">) => {
  const proof = (purpose: Purpose, id: string): string => seal.hash(`notifications.${purpose}`, id).slice(0, digits);
  return {
    write: (purpose: Purpose, id: string): string => id.replaceAll("-", "") + proof(purpose, id),
    /** The id of the message; null for what we never wrote, or for another purpose. */
    read(purpose: Purpose, token: string): string | null {
      const [, hex, given] = /^([0-9a-f]{32})([0-9a-f]{20})$/.exec(token.toLowerCase()) ?? [];
      if (hex === undefined || given === undefined) return null;
      const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      return sameSecret(given, proof(purpose, id)) ? id : null;
    },
  };
};
type Purpose = "receipt" | "fewer";
