import type { Db } from "@pigeonhole/kit/db";
import type { Selectable } from "kysely";
import type { Tables } from "../tables.ts";
import type { HandOver } from "./write.ts";

export const parcel = (db: Db<Tables>, id: string) => db.selectFrom("custody.parcel").selectAll().where("id", "=", id).executeTakeFirst();

export const handOvers = (db: Db<Tables>, id: string): Promise<HandOver[]> =>
  db.selectFrom("custody.hand_over").selectAll().where("parcel", "=", id).orderBy("number").execute();

/** Whose parcels: an owner's, or those that a carrier brings. */
export interface Whose {
  readonly owner: string;
  readonly carrier: string | null;
}

/** Hand-overs in [from, to), oldest first; the page after the one that ended with the digest `after`. */
export async function handOversOf(
  db: Db<Tables>,
  { owner, carrier }: Whose,
  { from, to, after, limit }: { readonly from: Date; readonly to: Date; readonly after?: string | undefined; readonly limit: number },
): Promise<HandOver[]> {
  let query = db
    .selectFrom("custody.hand_over as h")
    .innerJoin("custody.parcel as p", "p.id", "h.parcel")
    .selectAll("h")
    .where((eb) => eb.or([eb("p.owner", "=", owner), ...(carrier === null ? [] : [eb("p.carrier", "=", carrier)])]))
    .where("h.at", ">=", from)
    .where("h.at", "<", to)
    .orderBy("h.at")
    .orderBy("h.digest")
    .limit(limit);
  if (after !== undefined)
    query = query.where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple("h.at", "h.digest"),
        ">",
        selectFrom("custody.hand_over").select(["at", "digest"]).where("digest", "=", after).$asTuple("at", "digest"),
      ),
    );
  return query.execute();
}

/** The entries that prove these hand-overs, in their order. */
export async function evidence(db: Db<Tables>, rows: readonly HandOver[]): Promise<Selectable<Tables["custody.evidence"]>[]> {
  const digests = rows.flatMap(({ evidence }) => (evidence === null ? [] : [evidence]));
  if (digests.length === 0) return [];
  const found = await db.selectFrom("custody.evidence").selectAll().where("digest", "in", digests).execute();
  return digests.flatMap((digest) => found.find((each) => each.digest === digest) ?? []);
}

export async function isContradicted(db: Db<Tables>, id: string): Promise<boolean> {
  return (await db.selectFrom("custody.contradiction").select("seq").where("parcel", "=", id).limit(1).executeTakeFirst()) !== undefined;
}

export const signer = (db: Db<Tables>, publicKey: string) =>
  db.selectFrom("custody.signer").selectAll().where("public_key", "=", publicKey).executeTakeFirst();

/** One statement, its own transaction. */
export const keepSigner = (db: Db<Tables>, row: Selectable<Tables["custody.signer"]>) =>
  db
    .insertInto("custody.signer")
    .values(row)
    .onConflict((c) =>
      c.column("public_key").doUpdateSet({ certificate: row.certificate, authority: row.authority, issued_at: row.issued_at }),
    )
    .execute();
