import type { AccessApi } from "@pigeonhole/access/contract";
import { client } from "@pigeonhole/kit/client";
import { Refused } from "@pigeonhole/kit/refused";
import { ask } from "./asking.ts";
import { freeKiosk, opensFor, shut, shutOthers } from "./at-the-door.ts";
import type { Draw } from "../time/draw.ts";
import type { Person } from "../town/town.ts";
import { minute, second, stationOf, type World } from "./world.ts";

/** The code for a parcel, as its recipient's screen shows it; asked for until it is there, or until it is over. */
export async function codeOf(world: World, who: Person, parcel: string, tries = 30): Promise<string | "over" | undefined> {
  const access = client<AccessApi>("http://sim/api", { fetch: world.backend.fetch, headers: { cookie: who.cookie } });
  for (let left = tries; left > 0; left--) {
    const asked = await ask<{ code: string }>(world, () => access.parcels[":parcel"].pickup.$get({ param: { parcel } }));
    if (asked.is === "yes") return asked.body.code;
    if (asked.is === "no" && asked.code === "over") return "over";
    await world.sleep(minute);
  }
  return undefined;
}

export type Visit = "taken" | "refused" | "left";
/** Somebody types a code, takes what is in the box that opens, and shuts it. */
export async function collect(world: World, draw: Draw, station: string, parcel: string, code: string): Promise<Visit> {
  const node = stationOf(world, station);
  const { cabinet } = node;
  for (let tries = 0; tries < 6; tries++) {
    await freeKiosk(world, node);
    await shutOthers(world, node);
    const here = node.station;
    if (!here) {
      await world.sleep(10 * second);
      continue;
    }
    const before = cabinet.openDoors();
    world.truth.act(station, "pickup", parcel);
    await world.sleep(draw.between(3, 10) * second);
    let refusal: string | undefined;
    const typed = here.pickups.byCode(code).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
      refusal = error.code;
    });
    void typed;
    const open = await opensFor(world, node, before, 6 * second);
    if (open === undefined) {
      world.tally.count(`code refused: ${refusal ?? "no answer"}`);
      if (refusal === "code_used" || refusal === "code_expired" || refusal === "code_revoked") return "refused";
      await world.sleep(draw.between(5, 40) * second);
      continue;
    }
    if (cabinet.inside(open).includes(parcel)) {
      await world.sleep(draw.between(2, 8) * second);
      cabinet.take(open);
      world.truth.cameOut(parcel, "customer");
    } else {
      world.tally.violated("I-18", `the code of ${parcel} opened door ${open} of ${station}, behind which lies ${cabinet.inside(open).join(" and ") || "nothing"}`, world.scheduler.nowMs);
    }
    await world.sleep(draw.between(1, 3) * second);
    await shut(world, node, open);
    await world.sleep(2 * second);
    return "taken";
  }
  return "left";
}
