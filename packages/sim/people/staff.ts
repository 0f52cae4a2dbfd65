import type { Retrieval } from "@pigeonhole/couriers/retrievals/contract";
import type { Inspection } from "@pigeonhole/reservations/inspections/contract";
import type { ReservationApi } from "@pigeonhole/reservations/contract";
import type { NetworkApi } from "@pigeonhole/network/contract";
import { ask } from "./asking.ts";
import { shutOthers } from "./at-the-door.ts";
import type { Courier } from "./couriers.ts";
import { session } from "./session.ts";
import { hour, second, stationOf, type World } from "./world.ts";

/** The operator's people: look into what is doubtful, set stations to work again, see that what has to come out is taken out. */
export function staff(world: World, couriers: readonly Courier[]) {
  const { town } = world;
  const signedIn = session(world, town.operator, { kind: "operator", ...town.staff });
  const desk = signedIn.api<ReservationApi>();
  const network = signedIn.api<NetworkApi>();

  /** Goes there with a key, opens, looks, and says what is so. Goods that belong to nobody there are taken along. */
  async function inspect(task: Inspection): Promise<void> {
    const node = stationOf(world, task.station);
    await world.inTurn(task.station, async () => {
      await shutOthers(world, node);
      await world.sleep(20 * second);
      const inside = node.cabinet.inside(task.compartment);
      const recorded = node.station?.store.contents.of(task.compartment);
      const believed = recorded?.parcel ?? recorded?.deposit ?? task.parcel;
      const isAsRecorded = believed !== null && believed !== undefined && inside.length === 1 && inside[0] === believed;
      if (!isAsRecorded)
        for (const what of node.cabinet.take(task.compartment)) {
          const goods = world.truth.goods.get(what);
          if (goods) goods.isLiedAbout = true;
          world.truth.cameOut(what, "courier");
        }
      world.tally.sometimes(
        `an inspection finds: ${isAsRecorded ? "as recorded" : inside.length === 0 ? "empty" : "something else"} (${task.reason})`,
      );
      const json = { finding: isAsRecorded ? ("as_recorded" as const) : ("empty" as const), note: "seen with own eyes" };
      const done = await ask(world, () => desk.inspections[":id"].resolve.$post({ param: { id: task.id }, json }));
      if (done.is === "no") world.tally.count(`inspection: ${done.code}`);
    });
  }

  async function round(): Promise<number> {
    await signedIn.ensure();
    const open = await ask<{ inspections: Inspection[] }>(world, () => desk.inspections.$get({ query: {} }), { times: 3 });
    if (open.is !== "yes") return 1;
    const seen = new Set<string>();
    for (const task of open.body.inspections) {
      const place = `${task.station}/${task.compartment}`;
      if (!seen.has(place)) await inspect(task);
      seen.add(place);
    }
    for (const { identity } of town.stations) {
      const param = { station: identity.station };
      const seenStation = await ask<{ status: string }>(world, () => network.stations[":station"].$get({ param }), { times: 3 });
      if (seenStation.is !== "yes" || seenStation.body.status !== "suspended") continue;
      world.tally.sometimes("a station was suspended and is set to work again");
      const json = { to: "active" as const, reason: "nothing is broken", inspection: "The cabinet was looked at from all sides" };
      await ask(world, () => network.stations[":station"].moves.$post({ param, json }), { times: 3 });
    }
    const waiting = await ask<{ retrievals: Retrieval[] }>(
      world,
      () => world.backend.fetch("http://sim/api/retrievals?limit=500", { headers: signedIn.headers() }),
      { times: 3 },
    );
    if (waiting.is !== "yes") return 1;
    const stations = new Set(
      waiting.body.retrievals.filter(({ state }) => state === "open" || state === "assigned").map(({ station }) => station),
    );
    for (const station of stations)
      couriers[town.stations.findIndex(({ identity }) => identity.station === station) % couriers.length]!.call(station);
    return open.body.inspections.length + stations.size;
  }

  return {
    round,
    /** Makes rounds until the day is over: often while much happens, later twice a day. */
    async work(isOver: () => boolean): Promise<void> {
      while (!isOver()) {
        await world.sleep(world.isHealed() ? 4 * hour : hour / 2);
        await round();
      }
    },
  };
}
