import type { Random } from "@pigeonhole/kit/random";
import { hash, verify } from "@node-rs/argon2";

// Argon2id is the library's default algorithm. OWASP's first recommendation for it: 19 MiB, 2 passes, 1 lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string, random: Random): Promise<string> =>
  hash(password.normalize("NFKC"), { ...cost, salt: random.bytes(16) });

/** The hash of a password that nobody has, at the same cost: a name that does not exist takes as long as one that does. */
const nobody = hash("nobody", { ...cost, salt: Buffer.alloc(16) });

/** Whether `password` is the one of `hashed`; with undefined it takes as long and is false. */
export async function isPassword(hashed: string | undefined, password: string): Promise<boolean> {
  const isRight = await verify(hashed ?? (await nobody), password.normalize("NFKC"));
  return isRight && hashed !== undefined;
}
