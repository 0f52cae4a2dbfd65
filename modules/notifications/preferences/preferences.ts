import type { Tx } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import { Refused } from "@pigeonhole/kit/refused";
import type { Notifications } from "../needs.ts";
import * as messages from "../queries/messages.ts";
import { isTimeZone, longestQuietMinutes } from "../quiet.ts";
import type { Tables } from "../tables.ts";
import * as contract from "./contract.ts";
import * as queries from "./queries.ts";

const clockOf = (minute: number): string => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

const view = (wishes: queries.Wishes): contract.Preferences => ({
  email: wishes.email,
  sms: wishes.sms,
  push: wishes.push,
  reminders: wishes.reminders,
  language: wishes.language as contract.Preferences["language"],
  quiet: wishes.quiet_from === wishes.quiet_to ? null : { from: clockOf(wishes.quiet_from), to: clockOf(wishes.quiet_to) },
  timeZone: wishes.time_zone,
});

function wishesIn({ quiet, timeZone, ...others }: contract.Preferences): queries.Wishes {
  const [from, to] = quiet === null ? [0, 0] : [minuteOf(quiet.from), minuteOf(quiet.to)];
  if ((to - from + 1_440) % 1_440 > longestQuietMinutes)
    throw new Refused(
      "quiet_too_long",
      `At most ${longestQuietMinutes / 60} hours of the day can be quiet, or nothing could be told in time.`,
    );
  if (timeZone !== null && !isTimeZone(timeZone))
    throw new Refused("unknown_time_zone", "The time zone is not one of the IANA's, e.g. Europe/Tallinn.");
  return { ...others, quiet_from: from, quiet_to: to, time_zone: timeZone };
}

/** What recipients wish. */
export function preferences({ db, who, now, log, boxes, tokens }: Notifications) {
  const keep = async (tx: Tx<Tables>, toHash: string, wishes: queries.Wishes): Promise<void> => {
    const { email, sms, push, reminders, language, quiet_from, quiet_to, time_zone } = wishes;
    const row = { to_hash: toHash, email, sms, push, reminders, language, quiet_from, quiet_to, time_zone, updated_at: now() };
    await queries.wish(tx, row);
    await queries.replan(tx, toHash, now());
  };
  return contract.mount(router(contract.refusals, log, { alsoTakes: ["application/x-www-form-urlencoded", "multipart/form-data"] }), {
    get: async (c) => {
      const { email } = await who(c, "customer");
      return c.json(view(await queries.wishesOf(db, boxes.toHash(email))), 200);
    },
    put: async (c) => {
      const { email } = await who(c, "customer");
      const wishes = wishesIn(c.req.valid("json"));
      await db.transaction().execute((tx) => keep(tx, boxes.toHash(email), wishes));
      return c.json(view(wishes), 200);
    },
    fewer: async (c) => {
      const id = tokens.read("fewer", c.req.valid("param").token);
      const message = id === null ? undefined : await messages.find(db, id);
      const recipient = message?.recipient_hash;
      if (!recipient) throw new Refused("not_found", "There is no message of this name.");
      const wishes = await queries.wishesOf(db, recipient);
      await db.transaction().execute((tx) => keep(tx, recipient, { ...wishes, reminders: false }));
      return c.body(null, 204);
    },
  });
}
