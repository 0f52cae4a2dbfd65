import type { Seal } from "@pigeonhole/kit/seal";
import { readToken, writeToken } from "@pigeonhole/kit/token";

/**
 * What a message is called towards those who report what became of it, and towards its reader who wants no more of its kind. With its 52 digits token
 * and name of a mailbox stay within the 64 characters of RFC 5321 §4.5.3.1.1.
 */
export const tokens = (seal: Pick<Seal, "hash">) => ({
  write: (purpose: Purpose, id: string): string => writeToken(seal, `notifications.${purpose}`, id),
  /** The id of the message; null for what we never wrote, or for another purpose. */
  read: (purpose: Purpose, token: string): string | null => readToken(seal, `notifications.${purpose}`, token),
});
type Purpose = "receipt" | "fewer";
