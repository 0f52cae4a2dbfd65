import { nextTry } from "../domain.ts";
import type { Notifications } from "../needs.ts";
import { quietOf } from "../preferences/queries.ts";
import { tell } from "../telling.ts";
import { isStanding, plan, type ReminderKind } from "./domain.ts";
import * as queries from "./queries.ts";

/** Windows planned, and reminders told, in one go. */
const atOnce = 50;

/** Plans the reminders of windows that began or moved. */
export async function planDue(needs: Notifications): Promise<void> {
  for (const window of await queries.takeToPlan(needs.db, needs.now(), atOnce)) {
    try {
      await planOne(needs, window);
    } catch (error) {
      needs.log.warn({ err: error, parcel: window.parcel, attempts: window.attempts }, "reminders could not be planned; it is tried again");
      await queries.postpone(needs.db, window.parcel, nextTry(needs.now(), window.attempts));
    }
  }
}

async function planOne(needs: Notifications, { parcel, station, is_stopped, revision }: queries.WindowRow): Promise<void> {
  const known = is_stopped ? null : await wishes(needs, parcel, station);
  await needs.db.transaction().execute(async (tx) => {
    const window = await queries.lockWindow(tx, parcel);
    // It moved or ended while the neighbours were asked: whoever comes next plans what is so then.
    if (!window || window.ended_at !== null || window.revision !== revision) return;
    if (known !== null) {
      const told = (await queries.told(tx, parcel)).map(({ kind, told_at }) => ({ kind: kind as ReminderKind, at: told_at! }));
      await queries.voidPlanned(tx, parcel);
      const reminders = plan(queries.shapeOf(window), needs.now(), known.quiet, told);
      await queries.insert(
        tx,
        reminders.map(({ kind, dueAt }) => ({
          id: needs.newId(),
          parcel,
          kind,
          deadline: window.expires_at,
          due_at: dueAt,
          state: "planned" as const,
          told_at: null,
        })),
      );
    }
    await queries.planned(tx, window, known?.recipientHash ?? null);
  });
}

/** When the recipient wants to be left alone: by their own clock where they told us, else by the station's. */
async function wishes({ db, boxes, network, parcels }: Notifications, parcel: string, station: string) {
  const found = await network.stations[":station"].$get({ param: { station } });
  if (found.status !== 200) throw new Error(`the time zone of a station: network answered ${found.status}`);
  const answer = await parcels.internal.parcels[":id"].recipient.$get({ param: { id: parcel } });
  if (answer.status !== 200) throw new Error(`whom to remind: parcels answered ${answer.status}`);
  const [{ timeZone }, { recipient }] = [await found.json(), await answer.json()];
  const recipientHash = recipient === null ? null : boxes.toHash(recipient.email);
  return { recipientHash, quiet: await quietOf(db, recipientHash, timeZone) };
}

/** Makes news of the reminders that are due: each once, and only of a window that still is what it was planned for. */
export async function remindDue(needs: Notifications): Promise<void> {
  for (const { id, parcel } of await queries.due(needs.db, needs.now(), atOnce))
    await needs.db.transaction().execute(async (tx) => {
      const at = needs.now();
      // The window first, as facts about it do: nobody waits for the other.
      const window = await queries.lockWindow(tx, parcel);
      const reminder = await queries.lockPlanned(tx, id);
      if (!window || !reminder) return;
      const isSeen = reminder.kind === "follow_up" && (await queries.isAcknowledged(tx, parcel));
      // After a time in which no job ran several are due: the last one says it all.
      const isTold = isStill(window, reminder, at) && !isSeen && !(await queries.isLaterDue(tx, reminder, at));
      await queries.settle(tx, id, isTold ? { state: "told", told_at: at } : { state: "void" });
      if (isTold) await tell(tx, needs, { id, occurredAt: at }, { template: reminder.kind as ReminderKind, parcel });
    });
}

/** The parcel still waits, its clock runs, and its end is the one of which the reminder warns. */
const isStill = (window: queries.WindowRow, { deadline }: queries.ReminderRow, now: Date): boolean =>
  window.ended_at === null &&
  !isStanding(queries.shapeOf(window), now) &&
  window.expires_at.getTime() === deadline.getTime() &&
  now < deadline;
