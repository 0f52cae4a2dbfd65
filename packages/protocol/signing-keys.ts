import { z } from "zod";

/**
 * The backend's public keys that a station trusts: the present one and, around a change, its neighbour; raw Ed25519, base64url, by id.
 * `generation` grows with each change of the set; a station never goes back to a lower one.
 */
export const SigningKeys = z.strictObject({
  generation: z.int().min(1),
  keys: z.record(z.string().min(1).max(64), z.string().length(43)).refine((keys) => {
    const count = Object.keys(keys).length;
    return count === 1 || count === 2;
  }, "one key or two"),
});
export type SigningKeys = z.output<typeof SigningKeys>;
