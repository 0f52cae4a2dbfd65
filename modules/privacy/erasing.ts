import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { settleSeconds } from "@pigeonhole/kit/personal/personal";
import { undoDays } from "./contract.ts";
import { Erased, ErasureAsked } from "./events.ts";
import type { Person, Privacy } from "./module.ts";
import * as queries from "./queries.ts";

const dayMs = 86_400_000;
/** What is in the way of an erasure is looked at again after so long. Milliseconds. */
const againMs = 60_000;
/** Erasures of one run of the job. */
const atOnce = 50;

interface Wish {
  readonly person: Person;
  readonly by: string;
  readonly reason: string;
  readonly isAtOnce: boolean;
}

/** Writes down that somebody is to be erased. Refuses, with what has to end first. */
export async function schedule(needs: Privacy, { person, by, reason, isAtOnce }: Wish): Promise<queries.ErasureRow> {
  const { db, now, newId } = needs;
  const { underWay, parcels } = await needs.known(person);
  if (underWay.length > 0) {
    const numbers = underWay.map(({ number }) => number).join(", ");
    throw new Refused(
      "parcel_under_way",
      `These parcels are under way: ${numbers}. Once each of them is collected, cancelled or sent back, the account can be deleted.`,
      { parcels: underWay },
    );
  }
  if (await queries.isHeld(db, person.subject, parcels))
    throw new Refused("on_hold", "A part of this has to be kept for now; ask the operator of the network.");
  const at = now();
  const dueAt = new Date(at.getTime() + (isAtOnce ? 0 : undoDays * dayMs));
  return db.transaction().execute(async (tx) => {
    if (await queries.scheduled(tx, person.subject)) throw new Refused("asked_before", "The deletion has been asked for already.");
    const row = {
      id: newId(),
      subject: person.subject,
      state: "scheduled" as const,
      asked_by: by,
      reason,
      asked_at: at,
      due_at: dueAt,
      next_at: dueAt,
      waits_for: null,
      ended_at: null,
    };
    await queries.insertErasure(tx, row);
    await publish(tx, at, ErasureAsked, { erasure: row.id, change: "scheduled", actor: by, reason });
    return row;
  });
}

/** Erases whoever is due. What is in the way of one does not keep the others back. */
export async function eraseDue(needs: Privacy): Promise<void> {
  for (const row of await queries.due(needs.db, needs.now(), atOnce)) {
    try {
      await erase(needs, row);
    } catch (error) {
      needs.log.error({ err: error, erasure: row.id }, "somebody could not be erased; it is tried again");
      await queries.wait(needs.db, row.id, row.waits_for, new Date(needs.now().getTime() + againMs));
    }
  }
}

/**
 * The tombstone is on the disk before the keys are gone: whatever is restored later, and however this ends, the keys are destroyed there
 * too. What was sealed a moment ago may still be on its way: then the next run.
 */
async function erase(needs: Privacy, { id, subject }: queries.ErasureRow): Promise<void> {
  const { db, now, personal, tombstones } = needs;
  const later = (ms: number): Date => new Date(now().getTime() + ms);
  const { underWay, parcels } = await needs.known({ subject, customer: await needs.customerOf(subject) });
  if (underWay.length > 0) return void (await queries.wait(db, id, "parcel", later(againMs)));
  if (await queries.isHeld(db, subject, parcels)) return void (await queries.wait(db, id, "legal_hold", later(againMs)));
  await tombstones.write({ erasure: id, subject, at: now().toISOString() });
  const isDone = await db.transaction().execute(async (tx) => {
    if (!(await personal.erase(tx, subject))) return false;
    if (await queries.end(tx, id, "erased", now())) await publish(tx, now(), Erased, { subject, erasure: id });
    return true;
  });
  if (!isDone) await queries.wait(db, id, null, later(settleSeconds * 1_000));
}
