import { actorText, requireRole, type IdentityApi, type Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import { violates, type Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { forgetAnswers } from "@pigeonhole/kit/idempotency";
import type { History } from "@pigeonhole/kit/histories/history";
import type { Shelf } from "@pigeonhole/kit/histories/shelf";
import type { KeyEncryption } from "@pigeonhole/kit/personal/key-encryption";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Random } from "@pigeonhole/kit/random";
import { rewrap } from "@pigeonhole/kit/personal/rewrap";
import { Refused } from "@pigeonhole/kit/refused";
import type { NotificationApi } from "@pigeonhole/notifications/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { Context } from "hono";
import { archiveDue, endDue, type HistoryKeeping } from "./archive/archiving.ts";
import { keepingView } from "./archive/reading.ts";
import * as contract from "./contract.ts";
import { eraseDue, schedule } from "./erasing.ts";
import { ErasureAsked, HoldChanged } from "./events.ts";
import { everything } from "./kept/everything.ts";
import type { Kept, UnderWay } from "./kept/contract.ts";
import * as queries from "./queries.ts";
import type { Tables } from "./tables.ts";
import type { Tombstones } from "./tombstones.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly personal: Personal;
  readonly keys: KeyEncryption;
  readonly tombstones: Tombstones;
  readonly random: Random;
  /** Where the archive stands; null: histories stay in the database. */
  readonly shelf: Shelf | null;
  /** What of each module is history. */
  readonly histories: readonly History[];
  readonly keeping: HistoryKeeping & {
    /** Answers to requests with an Idempotency-Key. Hours. */
    readonly answerHours: number;
  };
  readonly identity: Client<IdentityApi>;
  readonly parcels: Client<ParcelApi>;
  readonly notifications: Client<NotificationApi>;
}
/** Somebody, and their account if they have one. */
export interface Person {
  readonly subject: string;
  readonly customer: string | undefined;
}
interface Known {
  readonly kept: readonly Kept[];
  readonly underWay: readonly UnderWay[];
  /** Ids of the parcels addressed to them. */
  readonly parcels: readonly string[];
}
/** What the parts of this module share. */
export type Privacy = Needs & {
  known(person: Person): Promise<Known>;
  customerOf(subject: string): Promise<string | undefined>;
};

/** How often is looked for who is to be erased, and for keys to be wrapped anew. Seconds. */
const everySeconds = { erase: 2, rewrap: 5, archive: 60, endArchives: 3_600, forgetAnswers: 600 } as const;
/** Statements of one run. */
const forgetBatches = 100;
/** Statements of one run. */
const rewrapBatches = 20;

/** What is kept of persons, and how it goes (A10.1, A12.4): shown, handed out, erased, held back. */
export function privacy(given: Needs) {
  const { db, who, now, newId, personal, keys } = given;
  const customerOf = async (subject: string): Promise<string | undefined> => {
    const answer = await given.identity.internal.identity.persons[":subject"].$get({ param: { subject }, query: {} });
    if (answer.status !== 200) throw new Error(`whose account it is: identity answered ${answer.status}`);
    return (await answer.json()).customer ?? undefined;
  };
  const known = async ({ subject, customer }: Person): Promise<Known> => {
    const asked = { param: { subject }, query: customer === undefined ? {} : { customer } };
    const [account, parcels, messages] = await Promise.all([
      given.identity.internal.identity.persons[":subject"].$get(asked),
      given.parcels.internal.parcels.persons[":subject"].$get(asked),
      given.notifications.internal.notifications.persons[":subject"].$get(asked),
    ]);
    if (account.status !== 200 || parcels.status !== 200 || messages.status !== 200)
      throw new Error(`what is kept: ${account.status}, ${parcels.status}, ${messages.status}`);
    const [one, two, three] = [await account.json(), await parcels.json(), await messages.json()];
    return { kept: [...one.kept, ...two.kept, ...three.kept], underWay: two.underWay, parcels: two.parcels };
  };
  const needs: Privacy = { ...given, known, customerOf };

  const me = async (c: Context): Promise<Person> => {
    const { id, email } = await who(c, "customer");
    const [subject] = await personal.find(db, "email", email);
    if (subject === undefined) throw new Error(`customer ${id} is no person`);
    return { subject, customer: id };
  };
  const personBy = async (email: string): Promise<Person> => {
    const [subject] = await personal.find(db, "email", email);
    if (subject === undefined) throw new Refused("nobody", "Nothing is kept of anybody with this address.");
    return { subject, customer: await customerOf(subject) };
  };
  const admin = async (c: Context): Promise<string> => {
    const operator = await who(c, "operator");
    requireRole(operator, "admin");
    return actorText(operator);
  };

  const routes = contract.mount(router(contract.refusals, given.log), {
    mine: async (c) => {
      const person = await me(c);
      const { kept: said, underWay } = await known(person);
      const kept = [...said, ...(await everything(given, person))];
      const erasure = await queries.scheduled(db, person.subject);
      c.header("cache-control", "no-store");
      return c.json(
        { asOf: now().toISOString(), kept: [...kept], underWay: [...underWay], erasure: erasure ? queries.erasureView(erasure) : null },
        200,
      );
    },
    eraseMe: async (c) => {
      const person = await me(c);
      const wish = { person, by: `customer:${person.customer}`, reason: "Asked by themselves", isAtOnce: c.req.valid("json").atOnce };
      return c.json(queries.erasureView(await unlessTwice(schedule(needs, wish))), 202);
    },
    keepMe: async (c) => {
      const { subject, customer } = await me(c);
      const row = await db.transaction().execute(async (tx) => {
        const known = await queries.scheduled(tx, subject);
        const ended = known && (await queries.end(tx, known.id, "withdrawn", now()));
        if (!ended) throw new Refused("not_found", "No deletion is under way.");
        const told = { erasure: ended.id, change: "withdrawn" as const, actor: `customer:${customer}`, reason: "Changed their mind" };
        await publish(tx, now(), ErasureAsked, told);
        return ended;
      });
      return c.json(queries.erasureView(row), 200);
    },
    erase: async (c) => {
      const by = await admin(c);
      const { email, reason } = c.req.valid("json");
      const person = await personBy(email);
      return c.json(queries.erasureView(await unlessTwice(schedule(needs, { person, by, reason, isAtOnce: true }))), 202);
    },
    erasures: async (c) => {
      await who(c, "operator");
      return c.json({ erasures: (await queries.erasures(db, c.req.valid("query").limit)).map(queries.erasureView) }, 200);
    },
    hold: async (c) => {
      const by = await admin(c);
      const wish = c.req.valid("json");
      const subject = "email" in wish ? (await personBy(wish.email)).subject : null;
      const parcel = "parcel" in wish ? wish.parcel : null;
      const row = {
        id: newId(),
        subject,
        parcel,
        reason: wish.reason,
        placed_by: by,
        placed_at: now(),
        released_by: null,
        released_at: null,
      };
      await db.transaction().execute(async (tx) => {
        await queries.insertHold(tx, row);
        await publish(tx, now(), HoldChanged, { hold: row.id, change: "placed", subject, parcel, actor: by, reason: wish.reason });
      });
      return c.json(queries.holdView(row), 201);
    },
    release: async (c) => {
      const by = await admin(c);
      const { hold } = c.req.valid("param");
      const { reason } = c.req.valid("json");
      const row = await db.transaction().execute(async (tx) => {
        const released = await queries.releaseHold(tx, hold, by, now());
        if (!released) throw new Refused("not_found", `There is no hold ${hold}.`);
        const { subject, parcel } = released.row;
        if (released.isNew) await publish(tx, now(), HoldChanged, { hold, change: "released", subject, parcel, actor: by, reason });
        return released.row;
      });
      return c.json(queries.holdView(row), 200);
    },
    archives: async (c) => {
      await who(c, "operator");
      return c.json(await keepingView(db, given, c.req.valid("query")), 200);
    },
    holds: async (c) => {
      await who(c, "operator");
      return c.json({ holds: (await queries.holds(db)).map(queries.holdView) }, 200);
    },
  });

  const { shelf } = given;
  const archiving = shelf && { ...given, shelf };
  const jobs: readonly Job[] = [
    ...(archiving
      ? [
          { name: "privacy.archive", everySeconds: everySeconds.archive, run: async () => void (await archiveDue(archiving)) },
          { name: "privacy.endArchives", everySeconds: everySeconds.endArchives, run: async () => void (await endDue(archiving)) },
        ]
      : []),
    {
      name: "privacy.forgetAnswers",
      everySeconds: everySeconds.forgetAnswers,
      run: async () => {
        const before = new Date(now().getTime() - given.keeping.answerHours * 3_600_000);
        for (let batch = 0; batch < forgetBatches && !(await forgetAnswers(db, before)).isAll; batch++);
      },
    },
    { name: "privacy.erase", everySeconds: everySeconds.erase, run: () => eraseDue(needs) },
    {
      name: "privacy.rewrap",
      everySeconds: everySeconds.rewrap,
      run: async () => {
        const wrapped = await rewrap(db, keys, rewrapBatches);
        if (wrapped > 0) given.log.info({ wrapped, kek: await keys.current() }, "keys were wrapped anew");
      },
    },
  ];
  return { routes, consumers: undefined, jobs };
}

/** Two that ask at the same moment: the unique index lets one of them pass. */
async function unlessTwice<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (violates(error, "one_live_erasure")) throw new Refused("asked_before", "The deletion has been asked for already.");
    throw error;
  }
}
