import type { Look } from "@pigeonhole/devices/diagnostics/contract";
import * as looks from "@pigeonhole/devices/diagnostics/queries";
import { device } from "@pigeonhole/devices/queries";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { sleep, systemTimers } from "@pigeonhole/kit/timers";
import { defineCommand } from "citty";
import { z } from "zod";
import { findInstallation } from "../installation.ts";

/** Asked again so often whether there is more to show. Milliseconds. */
const lookMs = 1_000;

/** What is new since the last time, as lines. */
function news(before: Look | undefined, look: Look): string[] {
  const lines: string[] = [];
  if (!before?.connectedAt && look.connectedAt) lines.push("the station has opened its line");
  if (!before?.selfTest && look.selfTest)
    lines.push(...look.selfTest.checks.map(({ check, isOk, detail }) => `${isOk ? "good" : "NOT GOOD"}  ${check}: ${detail}`));
  const shown = before?.log.at(-1);
  const from = shown === undefined ? 0 : look.log.lastIndexOf(shown) + 1;
  return [...lines, ...look.log.slice(from)];
}

/** `stations diagnose`: the same look as on the operations screen, printed as it comes; Ctrl-C ends it. */
export const diagnose = defineCommand({
  meta: { name: "diagnose", description: "looks inside a station: its log, a self-test, its line; no door opens; Ctrl-C ends it" },
  args: {
    id: { type: "positional", required: true, description: "the station's id" },
    reason: { type: "string", required: true, description: "why; stands in the audit trail" },
    seconds: { type: "string", default: "900", description: "ends by itself after so long, at most 900" },
  },
  run: async ({ args }) => {
    if (!z.uuid().safeParse(args.id).success) throw new Error(`${args.id} is no station id; the list of stations shows them`);
    const seconds = z.coerce.number().int().min(1).max(900).safeParse(args.seconds);
    if (!seconds.success) throw new Error("--seconds is a whole number from 1 to 900");
    if (args.reason.trim().length < 3) throw new Error("--reason says why, in at least three letters");
    await using installation = await findInstallation();
    const db = connect<never>(installation.databaseUrl, { connections: 2 }) as never;
    let isAsked = false;
    const stop = (): void => void (isAsked = true);
    process.once("SIGINT", stop);
    try {
      const known = await device(db, args.id, systemNow());
      if (!known) throw new Error(`there is no station ${args.id} in ${installation.place}`);
      if (!known.connected) throw new Error("the station is not connected");
      const wish = { session: systemNewId(), station: args.id, askedBy: "module:cli", reason: args.reason.trim().slice(0, 200) };
      let before: Look | undefined;
      let look: Look | undefined = await looks.begin(db, wish, systemNow());
      const endMs = systemNow().getTime() + seconds.data * 1_000;
      while (look && look.endedAt === null && !isAsked && systemNow().getTime() < endMs) {
        for (const line of news(before, look)) console.log(line);
        before = look;
        await sleep(systemTimers, lookMs);
        look = await looks.latest(db, args.id);
      }
      await looks.finish(db, args.id, systemNow());
      const { network } = look ?? {};
      if (network) console.log(`line: ${network.roundTripMs ?? "?"} ms, ${network.sent - network.answered} of ${network.sent} pings lost`);
    } finally {
      process.off("SIGINT", stop);
      await (db as { destroy(): Promise<void> }).destroy();
    }
  },
});
