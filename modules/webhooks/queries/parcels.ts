import type { Db, Tx } from "@pigeonhole/kit/db";
import type { Selectable } from "kysely";
import type { Tables } from "../tables.ts";

type Parcel = Selectable<Tables["webhooks.parcel"]>;

export async function rememberParcel(tx: Tx<Tables>, parcel: Parcel): Promise<void> {
  await tx
    .insertInto("webhooks.parcel")
    .values(parcel)
    .onConflict((c) => c.column("id").doUpdateSet({ owner: parcel.owner, carrier: parcel.carrier }))
    .execute();
}

export const parcelOf = (db: Db<Tables> | Tx<Tables>, id: string): Promise<Parcel | undefined> =>
  db.selectFrom("webhooks.parcel").selectAll().where("id", "=", id).executeTakeFirst();
