import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Tables } from "../tables.ts";
import type { Service, Windows } from "./contract.ts";

/** What an owner (`shop:<tenant>`, `carrier:<tenant>`) has set; undefined: nothing. */
export const of = async (db: Db<Tables>, owner: string): Promise<Windows | undefined> =>
  (await db.selectFrom("reservations.windows").select("windows").where("owner", "=", owner).executeTakeFirst())?.windows;

/** Everybody who has set something. */
export const all = (db: Db<Tables>): Promise<readonly { readonly owner: string; readonly windows: Windows }[]> =>
  db.selectFrom("reservations.windows").select(["owner", "windows"]).orderBy("owner").limit(most).execute();
/** Owners of one answer at most. */
const most = 1_000;

/** One statement. */
export async function set(db: Db<Tables>, owner: string, windows: Windows, at: Date): Promise<void> {
  const row = { windows: JSON.stringify(windows), set_at: at };
  await db
    .insertInto("reservations.windows")
    .values({ owner, ...row })
    .onConflict((c) => c.column("owner").doUpdateSet(row))
    .execute();
}

/** What a person was promised, whoever sends to them. */
export const promised = async (db: Db<Tables>, subject: string): Promise<Service | null> =>
  (await db.selectFrom("reservations.promise").select("service").where("subject", "=", subject).executeTakeFirst())?.service ?? null;

export async function promise(tx: Tx<Tables>, subject: string, service: Service | null): Promise<void> {
  await tx.deleteFrom("reservations.promise").where("subject", "=", subject).execute();
  if (service !== null) await tx.insertInto("reservations.promise").values({ subject, service }).execute();
}
