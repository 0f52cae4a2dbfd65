import { afterBlocked, afterQuiet, beforeBlocked, isQuiet, type Blocked, type Quiet } from "../quiet.ts";

/** What may be said while a parcel waits, in this order (A5.2). */
export const reminderKinds = ["follow_up", "two_days_left", "one_day_left", "last_warning"] as const;
export type ReminderKind = (typeof reminderKinds)[number];

/** A pick-up window as its facts told it. */
export interface Window {
  /** When the code was told first. */
  readonly beganAt: Date;
  /** Half-open: at this instant it is over. */
  readonly expiresAt: Date;
  /** The clock stands still: nobody can get at the parcel (F6). */
  readonly isStopped: boolean;
  /** Times to come in which it will stand still: its recipient is away then (N8). */
  readonly pauses: readonly Pause[];
}
export interface Pause {
  readonly from: Date;
  readonly to: Date | null;
}
const isPaused = (pauses: readonly Pause[], at: Date): boolean => pauses.some(({ from, to }) => from <= at && (to === null || at < to));

/** Whether the clock of the window stands still then, as was told or is known beforehand. */
export const isStanding = ({ isStopped, pauses }: Window, at: Date): boolean => isStopped || isPaused(pauses, at);

export interface Reminder {
  readonly kind: ReminderKind;
  readonly dueAt: Date;
}
/** One that was told. */
export interface Told {
  readonly kind: ReminderKind;
  readonly at: Date;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Before the end of the window. Milliseconds. */
const ahead = { two_days_left: 48 * hourMs, one_day_left: 24 * hourMs, last_warning: 2 * hourMs } as const;
/** Nobody has opened the message with the code for so long: it is said once more. Milliseconds. */
const followUpAfterMs = 8 * hourMs;
/** With less time than this nobody reaches a locker: a warning has to come before. Milliseconds. */
export const leastLeftMs = 30 * minuteMs;
/** Between what is told of one parcel at least so much; the last warning comes anyway. Milliseconds. */
const apartMs = 6 * hourMs;
/** A window that moves has its reminders again, but each no sooner than so long after it was told. Milliseconds. */
const againMs = 12 * hourMs;

/**
 * When the last warning comes. Due in the quiet time it comes before it begins; where that is past, after it has ended, if time enough is left then;
 * only when neither would be in time does it come in the night.
 */
function lastWarning({ expiresAt }: Window, now: Date, isBlocked: Blocked): Date | null {
  const latest = new Date(expiresAt.getTime() - leastLeftMs);
  const wanted = new Date(Math.max(expiresAt.getTime() - ahead.last_warning, now.getTime()));
  if (wanted > latest) return null;
  const before = beforeBlocked(wanted, isBlocked);
  if (before >= now) return before;
  const after = afterBlocked(wanted, isBlocked);
  return after <= latest ? after : wanted;
}

/**
 * What is to be told of a parcel from now on, and when: reckoned anew whenever the window moves. Two days and one day before the end, in the
 * quiet time after it has ended; nothing that should have been told by now; nothing while the clock stands; what would fall into a pause comes
 * after it; nothing on the heels of the code or of each other.
 */
export function plan(window: Window, now: Date, quiet: Quiet, told: readonly Told[]): readonly Reminder[] {
  if (window.isStopped || now >= window.expiresAt) return [];
  const isBlocked: Blocked = (at) => isQuiet(at, quiet) || isPaused(window.pauses, at);
  const ends = window.expiresAt.getTime();
  const isTooSoon = ({ kind, dueAt }: Reminder): boolean =>
    told.some((earlier) => earlier.kind === kind && dueAt.getTime() < earlier.at.getTime() + againMs);
  const regular = (["two_days_left", "one_day_left"] as const)
    .map((kind) => ({ kind, wanted: new Date(ends - ahead[kind]) }))
    .filter(({ wanted }) => wanted >= now)
    .map(({ kind, wanted }): Reminder => ({ kind, dueAt: afterBlocked(wanted, isBlocked) }))
    .filter(({ dueAt }) => dueAt.getTime() < ends - ahead.last_warning)
    .filter(({ dueAt }) => dueAt.getTime() >= window.beganAt.getTime() + apartMs)
    // Moved next to each other by a pause, the last of them says it.
    .filter(({ dueAt }, place, all) => all.slice(place + 1).every((later) => later.dueAt.getTime() - dueAt.getTime() >= apartMs));
  const last = lastWarning(window, now, isBlocked);
  const lasts: Reminder[] = last === null ? [] : [{ kind: "last_warning", dueAt: last }];
  const kept = [...regular, ...lasts].filter((reminder) => !isTooSoon(reminder));
  const followUp: Reminder = {
    kind: "follow_up",
    dueAt: afterBlocked(new Date(window.beganAt.getTime() + followUpAfterMs), isBlocked),
  };
  const isFollowedUp =
    followUp.dueAt >= now &&
    followUp.dueAt.getTime() < ends - leastLeftMs &&
    !told.some(({ kind }) => kind === "follow_up") &&
    [...kept.map(({ dueAt }) => dueAt), ...told.map(({ at }) => at)].every(
      (other) => Math.abs(other.getTime() - followUp.dueAt.getTime()) >= apartMs,
    );
  return (isFollowedUp ? [followUp, ...kept] : kept).toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

/** Whether it may be told now; else when. Null: it would come too late to be of use. */
export function mayBeTold(kind: ReminderKind, { expiresAt }: Pick<Window, "expiresAt">, now: Date, quiet: Quiet): Date | null {
  const latest = new Date(expiresAt.getTime() - leastLeftMs);
  if (now >= expiresAt) return null;
  if (!isQuiet(now, quiet)) return now;
  const after = afterQuiet(now, quiet);
  if (after <= latest) return after;
  return kind === "last_warning" && now <= latest ? now : null;
}
