import assert from "node:assert/strict";
import type { Tx } from "@pigeonhole/kit/db";
import type { Random } from "@pigeonhole/kit/random";
import type { Seal } from "@pigeonhole/kit/seal";
import { codeHash } from "@pigeonhole/protocol/codes";
import { drawCode, neighbours } from "./codes.ts";
import * as codes from "./queries/codes.ts";
import type { Tables } from "./tables.ts";

/** Draws per code at most. With 150 live codes of eight digits one draw in 7,500 is taken, so that the limit is never met but by a bug. */
const mostDraws = 50;

export interface Mint {
  readonly seal: Seal;
  readonly random: Random;
  readonly codeDigits: number;
}

/** Where a code is sealed: bound to its grant and generation. */
export const codePlace = (grant: string, generation: number): string => `access.code|${grant}|${generation}`;
/** The key under which a station hashes codes. */
export const keyOf = (seal: Seal, row: { station: string; epoch: number; sealed: string }): Buffer =>
  Buffer.from(seal.open(`code_key|${row.station}|${row.epoch}`, row.sealed), "base64url");

/** Mints the code of a grant's generation; without a code key of the station yet, none: its enrolment mints it. Returns whether there is one. */
export async function mintCode(
  tx: Tx<Tables>,
  { seal, random, codeDigits }: Mint,
  station: string,
  grant: { readonly id: string; readonly generation: number },
  at: Date,
): Promise<boolean> {
  const row = await codes.lockKey(tx, station);
  if (!row) return false;
  const key = keyOf(seal, row);
  for (let draw = 0; draw < mostDraws; draw++) {
    const code = drawCode(random, codeDigits);
    const hash = codeHash(key, station, code);
    if (
      await codes.isTaken(
        tx,
        station,
        hash,
        neighbours(code).map((near) => codeHash(key, station, near)),
      )
    )
      continue;
    await codes.insert(tx, {
      grant: grant.id,
      generation: grant.generation,
      station,
      code_hash: hash,
      sealed: seal.seal(codePlace(grant.id, grant.generation), code),
      minted_at: at,
    });
    return true;
  }
  assert.fail(`no free code for station ${station} in ${mostDraws} draws`);
}

/** A station has enrolled: its codes, live and remembered, are hashed under the new key, and rights that waited for a key get their codes. */
export async function takeKey(
  tx: Tx<Tables>,
  mint: Mint,
  enrolled: { readonly station: string; readonly epoch: number; readonly sealed: string },
  at: Date,
): Promise<boolean> {
  if (!(await codes.keepKey(tx, enrolled))) return false;
  const key = keyOf(mint.seal, enrolled);
  const rows = await codes.lockAll(tx, enrolled.station);
  await codes.rehash(
    tx,
    rows.map(({ grant, generation, sealed }) => ({
      grant,
      generation,
      hash: codeHash(key, enrolled.station, mint.seal.open(codePlace(grant, generation), sealed)),
    })),
  );
  for (const grant of await codes.withoutCode(tx, enrolled.station)) await mintCode(tx, mint, enrolled.station, grant, at);
  return true;
}
