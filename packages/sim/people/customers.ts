import type { AccessApi } from "@pigeonhole/access/contract";
import { client } from "@pigeonhole/kit/client";
import { Refused } from "@pigeonhole/kit/refused";
import type { Draw } from "../time/draw.ts";
import type { Person } from "../town/town.ts";
import { ask } from "./asking.ts";
import { freeKiosk, opensFor, shut, shutOthers } from "./at-the-door.ts";
import { minute, second, stationOf, type World } from "./world.ts";

/** The code for a parcel, as its recipient's screen shows it; asked for until it is there, or until it is over. */
export async function codeOf(world: World, who: Person, parcel: string, tries = 40): Promise<string | "over" | undefined> {
  const access = client<AccessApi>("http://sim/api", { fetch: world.backend.fetch, headers: { cookie: who.cookie } });
  for (let left = tries; left > 0; left--) {
    const asked = await ask<{ code: string }>(world, () => access.parcels[":parcel"].pickup.$get({ param: { parcel } }));
    if (asked.is === "yes") return asked.body.code;
    if (asked.is === "no" && asked.code === "over") return "over";
    await world.sleep(left > tries - 5 ? minute : 15 * minute);
  }
  return undefined;
}

/** How somebody goes about it at the cabinet. */
export interface How {
  /** So many wrong codes first. */
  readonly mistypes?: number;
  /** Opens, shuts and goes, with the parcel still inside. */
  readonly leavesIt?: boolean;
  /** "Forgot something?": opens once more. */
  readonly opensAgain?: boolean;
  /** The time in which it can be collected is not over. */
  readonly isInTime?: () => boolean;
  /** Another way to open than typing. */
  readonly open?: () => Promise<unknown>;
}

/** Somebody comes for a parcel: the box opens, they take what is theirs, and shut it. */
export async function atTheCabinet(world: World, draw: Draw, parcel: string, code: string, how: How): Promise<string> {
  const { truth, tally } = world;
  const place = truth.of(parcel).place;
  if (!place) return "not there";
  const node = stationOf(world, place.station);
  const { cabinet } = node;
  let { mistypes = 0 } = how;
  let last = "no answer";
  for (let tries = 0; tries < 10; tries++) {
    await freeKiosk(world, node);
    await shutOthers(world, node);
    const here = node.station;
    if (!here) {
      await world.sleep(10 * second);
      continue;
    }
    const before = cabinet.openDoors();
    await world.sleep(draw.between(3, 10) * second);
    let refusal: string | undefined;
    const type = (text: string): Promise<void> =>
      here.pickups.byCode(text).catch((error: unknown) => {
        // A computer that has lost its power answers nothing any more.
        if (!(error instanceof Refused) && node.station === here) throw error;
        refusal = error instanceof Refused ? error.code : "dark";
      });
    if (mistypes-- > 0) {
      await Promise.race([type(String(10_000_000 + draw.between(0, 79_999_999))), world.sleep(4 * second)]);
      tally.count(`a mistyped code: ${refusal ?? "no answer"}`);
      if (refusal === "too_many_attempts") tally.sometimes("the keypad is locked for a while");
      continue;
    }
    const act = truth.act(place.station, "pickup", parcel);
    void (how.open && tries < 3 ? how.open() : type(code));
    const open = await opensFor(world, node, before, 6 * second);
    world.trace("comes for", `${parcel} door ${open ?? "none"} ${refusal ?? ""}`);
    if (open === undefined) {
      tally.count(`code refused: ${refusal ?? "no answer"}`);
      last = refusal ?? "no answer";
      const it = truth.of(parcel);
      const isMine = it.where === "box" && it.place?.station === node.id && !it.isLiedAbout;
      if (refusal === "code_used" && isMine && !it.hasOpened) {
        // The one way in which that may be: the power failed at the very lock, and nobody knows. Then a fresh code is on its way.
        if (node.station?.store.intents.latest(it.place!.compartment)?.outcome !== "unknown")
          tally.violated("I-73", `the code of ${parcel} is used up, and no door has opened for it`, world.scheduler.nowMs);
        tally.sometimes("nobody knows whether a door opened for its owner");
      }
      if (refusal === "code_expired" && isMine && how.isInTime?.() === true)
        tally.violated("I-67", `the code of ${parcel} is refused as expired before its promised end`, world.scheduler.nowMs);
      if (refusal === "code_used" || refusal === "code_expired" || refusal === "code_revoked" || refusal === "code_replaced")
        return refusal;
      if (refusal === "too_many_attempts") await world.sleep(2 * minute);
      // Closed to everybody: the screen says whom to call, and nobody waits there.
      await world.sleep(refusal === "suspended" ? 20 * minute : draw.between(5, 40) * second);
      continue;
    }
    const isThere = cabinet.inside(open).includes(parcel);
    if (!isThere && !truth.of(parcel).isLiedAbout)
      tally.violated(
        "I-18",
        `the code of ${parcel} opened door ${open} of ${place.station}, behind which lies ${cabinet.inside(open).join(" and ") || "nothing"}`,
        world.scheduler.nowMs,
      );
    await world.sleep(draw.between(2, 8) * second);
    if (isThere && how.leavesIt) {
      tally.sometimes(
        cabinet.hasSensors ? "somebody leaves their parcel where a sensor sees it" : "somebody leaves their parcel where nobody sees it",
      );
      truth.of(parcel).isLiedAbout = true;
      await shut(world, node, open);
      return "left inside";
    }
    if (isThere) {
      cabinet.take(open);
      truth.cameOut(parcel, "customer");
    }
    await world.sleep(draw.between(1, 3) * second);
    await shut(world, node, open);
    await world.sleep(2 * second);
    if (how.opensAgain) await again();
    act.untilMs = world.scheduler.nowMs + 30 * second;
    return isThere ? "taken" : "nothing inside";

    async function again(): Promise<void> {
      await node.station?.reopens.atScreen().then(
        () => tally.sometimes("a door is opened once more"),
        () => undefined,
      );
      for (const n of cabinet.openDoors()) await shut(world, node, n);
    }
  }
  return last === "suspended" ? "told whom to call" : `gave up: ${last}`;
}
