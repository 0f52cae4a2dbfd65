// What somebody who stands before a cabinet tells the network, where no operations screen is at hand.
import { systemNow } from "@pigeonhole/kit/clock";
import { connect, viewAs, type Db } from "@pigeonhole/kit/db";
import { setCompartment } from "@pigeonhole/network/maintaining";
import { moveStation } from "@pigeonhole/network/moving";
import { resolve } from "@pigeonhole/reservations/inspecting";
import { list } from "@pigeonhole/reservations/queries/inspection";
import { defineCommand } from "citty";
import { z } from "zod";
import { findInstallation } from "../installation.ts";

const actor = "module:cli";
const given = (text: string, flag: string): string => {
  if (text.trim().length < 3) throw new Error(`--${flag} says so in at least three letters`);
  return text.trim();
};
const stationId = (text: string): string => {
  if (!z.uuid().safeParse(text).success) throw new Error(`${text} is no station id; the list of stations shows them`);
  return text;
};
async function withDatabase<T>(work: (db: Db<never>, place: string) => Promise<T>): Promise<T> {
  await using installation = await findInstallation();
  const db = connect<never>(installation.databaseUrl, { connections: 2 });
  try {
    return await work(viewAs(db), installation.place);
  } finally {
    await db.destroy();
  }
}
const id = { type: "positional", required: true, description: "the station's id" } as const;

/** `stations inspect`: ends a suspension for tampering. */
export const inspect = defineCommand({
  meta: { name: "inspect", description: "records what a technician found at a station that was tampered with; it serves again" },
  args: { id, found: { type: "string", required: true, description: "what was found and done; stands in the audit trail" } },
  run: async ({ args }) => {
    const station = stationId(args.id);
    const inspection = given(args.found, "found");
    await withDatabase(async (db, place) => {
      const wish = { to: "active", reason: "inspected at the cabinet", inspection } as const;
      const moved = await moveStation(viewAs(db), station, wish, { actor, now: systemNow });
      console.log(`${moved.name} is ${moved.status} now, in ${place}; the cabinet hears of it with its next document`);
    });
  },
});

/** `stations door`: takes a door out of service, or back in. */
export const door = defineCommand({
  meta: { name: "door", description: "takes a door out of service or back in; what lies behind it can still be collected" },
  args: {
    id,
    door: { type: "positional", required: true, description: "its number, as it is written on it" },
    state: { type: "enum", options: ["maintenance", "in_service"], required: true, description: "what it shall be" },
    reason: { type: "string", required: true, description: "why; stands in the audit trail" },
  },
  run: async ({ args }) => {
    const station = stationId(args.id);
    const number = z.coerce.number().int().min(1).max(999).safeParse(args.door);
    if (!number.success) throw new Error(`${args.door} is no door: doors have numbers from 1 to 999`);
    const wish = { compartment: number.data, state: args.state as "maintenance", reason: given(args.reason, "reason") };
    await withDatabase(async (db, place) => {
      const changed = await setCompartment(viewAs(db), station, wish, { actor, now: systemNow });
      const out = changed.maintenance.length === 0 ? "no door" : `door ${changed.maintenance.join(", ")}`;
      console.log(`out of service at ${changed.name}, in ${place}: ${out}`);
    });
  },
});

/** `stations tasks`: doors behind which somebody has to look. */
export const tasks = defineCommand({
  meta: { name: "tasks", description: "doors of a station behind which somebody has to look, and why" },
  args: { id },
  run: async ({ args }) => {
    const station = stationId(args.id);
    await withDatabase(async (db) => {
      const open = await list(viewAs(db), { station, all: false, limit: 200 });
      for (const { id, compartment, reason, what, at } of open)
        console.log(`${id}  door ${compartment}  ${reason}  ${at}  ${what}`.trimEnd());
      console.log(
        open.length === 0 ? "nothing to look into" : `${open.length} to look into: stations look TASK --finding empty|as_recorded --note …`,
      );
    });
  },
});

/** `stations look`: what was found behind a door. */
export const look = defineCommand({
  meta: { name: "look", description: "writes down what was found behind a door (stations tasks); that settles it" },
  args: {
    task: { type: "positional", required: true, description: "the task's id" },
    finding: {
      type: "enum",
      options: ["empty", "as_recorded"],
      required: true,
      description: "nothing lay there, or what should lie there",
    },
    note: { type: "string", required: true, description: "in words; stands in the audit trail" },
  },
  run: async ({ args }) => {
    if (!z.uuid().safeParse(args.task).success) throw new Error(`${args.task} is no task; \`stations tasks STATION\` shows them`);
    const found = { finding: args.finding as "empty", note: given(args.note, "note"), by: actor, at: systemNow() };
    await withDatabase(async (db, place) => {
      const { station, compartment } = await viewAs<never>(db)
        .transaction()
        .execute((tx) => resolve(tx as never, args.task, found));
      console.log(`door ${compartment} of ${station} is settled, in ${place}`);
    });
  },
});
