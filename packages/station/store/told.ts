import type { Carried } from "@pigeonhole/protocol/carried";
import { Grant } from "@pigeonhole/protocol/messages";
import { z } from "zod";
import type { Sql } from "./database.ts";

/** A station hears far fewer; beyond it the oldest goes, and its right is what the desired document says. */
const most = 500;

const instant = z.iso.datetime().transform((text) => new Date(text));
const Told = z.object({
  station: z.uuid(),
  epoch: z.int(),
  // As the document has it, so that nothing that it says is lost on the way to the disk.
  grant: Grant.pick({ id: true, kind: true, parcel: true, compartment: true, generation: true, codeHash: true, held: true }).extend({
    isWithdrawn: z.boolean(),
    expiresAt: instant.nullable(),
  }),
  issuedAt: instant,
  expiresAt: instant,
});

/** What phones have told of rights, the newest of each, until the desired document has caught up. */
export const toldStore = (sql: Sql) => {
  const all = sql.prepare("select body from told order by rowid");
  const write = sql.prepare("insert or replace into told (grant_id, body) values (?, ?)");
  const remove = sql.prepare("delete from told where grant_id = ?");
  const trim = sql.prepare("delete from told where rowid <= (select max(rowid) from told) - ?");
  return {
    all: (): Carried[] => (all.all() as unknown as { body: string }[]).map(({ body }) => Told.parse(JSON.parse(body))),
    put: (carried: Carried): void => {
      write.run(carried.grant.id, JSON.stringify(carried));
      trim.run(most);
    },
    remove: (grant: string): void => {
      remove.run(grant);
    },
  };
};
