import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Stays } from "../events.ts";
import * as write from "../queries/write.ts";
import type { Tables } from "../tables.ts";

/**
 * A parcel that was to go to another station stays where it lies: it gets its code back, and nobody comes for it. True also when it stayed
 * before; false when it does not lie there any more, or has to come out for another reason. The caller holds the parcel.
 */
export async function stay(tx: Tx<Tables>, { now }: { readonly now: Now }, parcel: string): Promise<boolean> {
  const row = await write.find(tx, parcel);
  // Its recipient has it, or its sender: that is as good.
  if (row?.state === "collected" || row?.state === "returned") return true;
  if (!row || (row.state !== "delivered" && row.state !== "stored")) return false;
  if (row.recalled_for === null) return true;
  if (row.recalled_for !== "redirected") return false;
  await write.setRecalled(tx, parcel, null);
  const { reservation, station, compartment } = row;
  await publish(tx, now(), Stays, { parcel, reservation, station, compartment });
  return true;
}
