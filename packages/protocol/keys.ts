import { z } from "zod";
import { openStatement, sealStatement } from "./authority.ts";
import type { Envelope } from "./messages.ts";
import { SigningKeys } from "./signing-keys.ts";

/** What the authority of the network says about the backend's keys, for stations that were away while those changed. */
export const KeyStatement = SigningKeys.extend({ v: z.literal(1), issuedAt: z.iso.datetime() });
export type KeyStatement = z.output<typeof KeyStatement>;

/** `key`: the authority's, PEM. */
export const sealKeys = (statement: KeyStatement, key: string): Envelope => sealStatement("keys", statement, key);

/** Throws with a sentence when the authority has not stated it. */
export const openKeys = (message: unknown, authority: string): KeyStatement => openStatement("keys", message, authority, KeyStatement);
