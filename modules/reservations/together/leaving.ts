import type { Tx } from "@pigeonhole/kit/db";
import { movesTo, type Claim } from "../domain.ts";
import * as compartments from "../queries/compartment.ts";
import type { Tables } from "../tables.ts";
import * as queries from "./queries.ts";

/**
 * A claim leaves its shared compartment: its parcel is not in there, or no longer. The others stay as they are: one of them takes over what the
 * compartment is booked on. `box` is locked. False when it is alone there: then the compartment is the caller's to free.
 */
export async function stepAside(tx: Tx<Tables>, at: Date, { id }: Pick<Claim, "id">, box: compartments.Compartment): Promise<boolean> {
  if (!box.is_shared) return false;
  const others = (await queries.claimsIn(tx, box)).filter((each) => each.id !== id);
  const heir = others.find((each) => each.id === box.reservation) ?? others[0];
  if (!heir) return false;
  const rest = others.filter((each) => each.id !== heir.id).map((each) => each.id);
  // The former one goes with the heir until it has moved on or ended: at no moment are there two that the compartment is booked on.
  await queries.setTogether(tx, [id, ...rest], heir.id);
  await queries.setTogether(tx, [heir.id], null);
  await queries.setShared(tx, box, rest.length > 0);
  const inside = others.find(({ state }) => state === "fulfilled");
  const until = inside ? null : new Date(Math.max(...others.map(({ expiresAt }) => expiresAt.getTime())));
  const content = { reservation: heir.id, parcel: inside?.parcel ?? null, until };
  const to = inside ? "occupied" : "reserved";
  if (box.state === to) await compartments.note(tx, box, content);
  else {
    // On the way it would be free for a moment, which a compartment in quarantine never is.
    if (box.is_quarantined) await compartments.setQuarantined(tx, box, false);
    await compartments.move(tx, box, movesTo(box.state, to), at, content);
    if (box.is_quarantined) await compartments.setQuarantined(tx, box, true);
  }
  return true;
}
