import type { CourierApi, Route, Scan } from "@pigeonhole/couriers/contract";
import type { Retrieval, RetrievalApi } from "@pigeonhole/couriers/retrievals/contract";
import { client } from "@pigeonhole/kit/client";
import { ask, askOnce, type Asked } from "./asking.ts";
import { opensFor, shut, shutOthers, until } from "./at-the-door.ts";
import { session } from "./session.ts";
import { minute, second, stationOf, type World } from "./world.ts";

/** A parcel that waits for a courier, and what becomes of it. */
export interface Consignment {
  readonly parcel: string;
  readonly station: string;
  readonly manner: Manner;
  readonly settle: (outcome: Delivered) => void;
}
export type Delivered = "in" | "not_in" | "unsure";
/** How the courier goes about it. */
export type Manner = "straight" | "does_not_fit" | "no_word" | "twice" | "dawdles";

/** A courier's day: rounds to one part of the town, as long as there is something to bring. */
export function courier(world: World, index: number) {
  const { town, scheduler } = world;
  const draw = world.draw.of(`courier ${index}`);
  const me = town.couriers[index]!;
  const via = { fetch: world.backend.fetch };
  const carrier = client<CourierApi>("http://sim/api", { ...via, headers: { authorization: `Bearer ${town.carrierKey}` } });
  const signedIn = session(world, me.cookie, { kind: "courier", carrier: "swift", ...me.login });
  const app = signedIn.api<CourierApi>();
  const tasks = signedIn.api<RetrievalApi>();
  const tasksOfCarrier = client<RetrievalApi>("http://sim/api", { ...via, headers: { authorization: `Bearer ${town.carrierKey}` } });
  const waiting: Consignment[] = [];
  /** Stations where something is to be taken out although nothing is to be brought. */
  const called = new Set<string>();
  let rounds = 0;
  let isHome = false;
  let wake = (): void => {};
  const once = (what: string) => ({ "idempotency-key": `courier-${index}-${what}-${rounds}` });

  async function round(load: Consignment[]): Promise<void> {
    rounds++;
    const stations = [...new Set([...load.map(({ station }) => station), ...called])];
    called.clear();
    const day = new Date(scheduler.nowMs).toISOString().slice(0, 10);
    const stops = stations.map((station) => ({
      station,
      parcels: load.filter((each) => each.station === station).map(({ parcel }) => parcel),
    }));
    const json = { name: `Round ${rounds}`, day, courier: me.id, stops };
    await signedIn.ensure();
    const header = once("route");
    let planned: Asked<Route> = { is: "unknown" };
    // An order becomes known to the carrier a moment after it was placed.
    for (let tries = 0; tries < 10 && planned.is !== "yes"; tries++) {
      planned = await ask<Route>(world, () => carrier.routes.$post({ header, json }));
      if (planned.is !== "yes") await world.sleep(20 * second);
      if (planned.is === "no" && planned.code === "unknown_parcel") header["idempotency-key"] += "'";
    }
    if (planned.is !== "yes") return giveBack(load, `route: ${planned.is === "no" ? planned.code : planned.is}`);
    const route = planned.body.id;
    const started = await ask<Route>(world, () => app.routes[":id"].start.$post({ param: { id: route } }));
    // The answer to the first word may have been lost: it has begun then.
    const known =
      started.is === "no" && started.code === "wrong_state"
        ? await ask<Route>(world, () => app.routes[":id"].$get({ param: { id: route } }))
        : started;
    if (known.is !== "yes") return giveBack(load, `start: ${known.is === "no" ? known.code : known.is}`);
    const drops = known.body.stops.flatMap((stop) => stop.drops.map((drop) => ({ ...drop, station: stop.station })));
    for (const drop of drops) {
      const mine = load.find(({ parcel }) => parcel === drop.parcel);
      if (!mine) continue;
      world.truth.of(mine.parcel).where = "courier";
      await world.sleep(draw.waiting(20 * second));
      const outcome = await world.inTurn(mine.station, () => dropOff(route, mine, drop.barcode));
      world.trace("courier", `${drop.parcel} ${outcome}`);
      mine.settle(outcome);
    }
    for (const station of stations) await world.inTurn(station, () => takeOut(route, station));
    // What could not be brought ends the stop, so that the route ends.
    for (const station of stations) await ask(world, () => giveUp(route, station), { times: 3 });
  }
  /** What has expired or goes back, and lies at this stop. */
  async function takeOut(route: string, station: string): Promise<void> {
    const planned = await ask<{ retrievals: Retrieval[] }>(world, () =>
      tasksOfCarrier.routes[":id"].retrievals.$post({ param: { id: route }, json: { station } }),
    );
    if (planned.is !== "yes") return;
    for (const task of planned.body.retrievals.filter((each) => each.station === station && each.state === "assigned"))
      await takeOutOne(station, task);
  }
  async function takeOutOne(station: string, task: Retrieval): Promise<void> {
    const node = stationOf(world, station);
    const { cabinet } = node;
    const done = (verb: "taken-out" | "not-there" | "leave", json?: object) =>
      world.backend.fetch(`http://sim/api/retrievals/${task.id}/${verb}`, {
        method: "POST",
        headers: { ...signedIn.headers(), "content-type": "application/json" },
        body: JSON.stringify(json ?? {}),
      });
    for (let tries = 0; tries < 3; tries++) {
      await shutOthers(world, node);
      const before = cabinet.openDoors();
      world.truth.act(station, "retrieval", task.parcel);
      const header = once(`open-${task.id}-${tries}`);
      await ask<Retrieval>(world, () => tasks.retrievals[":id"].open.$post({ param: { id: task.id }, header }), { times: 4 });
      const open = await opensFor(world, node, before);
      if (open === undefined) {
        await world.sleep(draw.between(5, 20) * second);
        continue;
      }
      await world.sleep(draw.between(2, 6) * second);
      const isThere = cabinet.inside(open).includes(task.parcel);
      if (!isThere && cabinet.inside(open).length > 0)
        world.tally.violated(
          "I-18",
          `the retrieval of ${task.parcel} opened door ${open} of ${station}, behind which lies ${cabinet.inside(open).join(" and ")}`,
          scheduler.nowMs,
        );
      const isLeft = isThere && draw.chance(0.15);
      if (isThere && !isLeft) {
        cabinet.take(open);
        world.truth.cameOut(task.parcel, "courier");
      }
      await shut(world, node, open);
      await until(world, () => node.station?.doors.isClosed(open) === true, minute);
      const verb = isLeft ? "leave" : isThere ? "taken-out" : "not-there";
      world.tally.sometimes(`a courier comes to take something out: ${verb}`);
      const told = await ask(world, () => done(verb, isLeft ? { reason: "no_room" } : undefined), { times: 20 });
      world.tally.count(`retrieval: ${verb} ${told.is === "no" ? told.code : told.is}`);
      return;
    }
  }
  const giveUp = (route: string, station: string) =>
    world.backend.fetch(`http://sim/api/routes/${route}/stops/${station}/give-up`, {
      method: "POST",
      headers: { ...signedIn.headers(), "content-type": "application/json" },
      body: JSON.stringify({ reason: "unreachable" }),
    });
  function giveBack(load: readonly Consignment[], why: string): void {
    world.tally.note(`round given up: ${why}`, load.map(({ parcel }) => parcel).join(" "));
    for (const each of load) each.settle("not_in");
  }

  /** At the cabinet with one parcel. */
  async function dropOff(route: string, mine: Consignment, barcode: string): Promise<Delivered> {
    const node = stationOf(world, mine.station);
    const { cabinet } = node;
    for (let tries = 0; tries < 6; tries++) {
      await shutOthers(world, node);
      const before = cabinet.openDoors();
      world.truth.act(mine.station, "deposit", mine.parcel);
      const header = once(`scan-${mine.parcel}-${tries}`);
      const scan = () => app.routes[":id"].scans.$post({ param: { id: route }, header, json: { station: mine.station, barcode } });
      if (mine.manner === "twice") void askOnce(world, scan);
      const scanned = await ask<Scan>(world, scan, { times: 5 });
      if (scanned.is === "no" && ["not_on_route", "unknown_barcode", "wrong_state", "not_found"].includes(scanned.code)) return "not_in";
      const open = await opensFor(world, node, before);
      if (open === undefined) {
        await world.sleep(draw.between(3, 15) * second);
        continue;
      }
      const said = scanned.is === "yes" ? scanned.body : undefined;
      if (said?.outcome === "opened" && said.compartment !== open)
        world.tally.violated("I-18", `door ${open} of ${mine.station} opened, the courier was told ${said.compartment}`, scheduler.nowMs);
      const isTaken = cabinet.inside(open).some((what) => what !== mine.parcel);
      if (isTaken || (mine.manner === "does_not_fit" && tries === 0)) {
        world.tally.sometimes(isTaken ? "a courier finds something in the box" : "a parcel does not fit");
        await shut(world, node, open);
        await sayWhatIsWrong(said?.id, mine, open, isTaken ? "not_empty" : "does_not_fit");
        continue;
      }
      if (mine.manner === "dawdles") {
        world.tally.sometimes("a door is left open for long");
        await world.sleep(draw.between(70, 150) * second);
      }
      await world.sleep(draw.between(2, 8) * second);
      if (!cabinet.inside(open).includes(mine.parcel)) cabinet.put(open, mine.parcel);
      world.truth.wentIn(mine.parcel, mine.station, open);
      await world.sleep(draw.between(1, 3) * second);
      await shut(world, node, open);
      if (mine.manner === "no_word") {
        world.tally.sometimes("a courier leaves without a word");
        await world.sleep(minute);
        return "unsure";
      }
      return await giveWord(mine, said?.id, node.id, open);
    }
    return "not_in";
  }

  /** "The parcel is in": in the app, or at the kiosk when the app cannot. */
  async function giveWord(mine: Consignment, scan: string | undefined, station: string, compartment: number): Promise<Delivered> {
    const node = stationOf(world, station);
    await until(world, () => node.station?.doors.isClosed(compartment) === true, minute);
    for (let tries = 0; tries < 20; tries++) {
      if (scan !== undefined && draw.chance(0.8)) {
        const told = await askOnce<Scan>(world, () => app.scans[":id"].deposited.$post({ param: { id: scan } }));
        if (told.is === "yes") return thanked(mine);
        if (told.is === "no") world.tally.count(`deposited refused: ${told.code}`);
      } else {
        const at = node.station?.screen.step;
        if (at?.step === "ask_parcel_in" && at.compartment === compartment) {
          try {
            node.station!.deposits.answer(true);
            return thanked(mine);
          } catch (error) {
            world.tally.note("kiosk refused the depositor's word", String(error));
          }
        }
      }
      const content = node.station?.store.contents.ofParcel(mine.parcel);
      if (content?.state === "stored") return thanked(mine);
      await world.sleep(draw.between(2, 6) * second);
    }
    return "unsure";
  }
  /** The app's one tap, or the kiosk's. */
  async function sayWhatIsWrong(
    scan: string | undefined,
    mine: Consignment,
    compartment: number,
    reason: "not_empty" | "does_not_fit",
  ): Promise<void> {
    const node = stationOf(world, mine.station);
    await until(world, () => node.station?.doors.isClosed(compartment) === true, minute);
    if (scan !== undefined) {
      const json = { reason };
      const told = await ask<Scan>(world, () => app.scans[":id"].abandon.$post({ param: { id: scan }, json }), { times: 5 });
      if (told.is === "yes" && told.body.next?.kind === "another_box") world.tally.sometimes("another box of the same station is given");
      if (told.is === "yes" && told.body.next?.kind === "another_station") world.tally.sometimes("another station is proposed");
    } else await node.station?.mistakes.tell(reason).catch(() => undefined);
    await world.sleep(draw.between(3, 8) * second);
  }
  function thanked(mine: Consignment): Delivered {
    world.truth.of(mine.parcel).wasThanked = true;
    return "in";
  }

  return {
    bring(consignment: Consignment): void {
      waiting.push(consignment);
      wake();
    },
    /** Something is to be taken out there, even if nothing is brought. */
    call(station: string): void {
      called.add(station);
      wake();
    },
    /** The day is over: no more rounds after the present one. */
    goHome(): void {
      isHome = true;
      wake();
    },
    async work(): Promise<void> {
      while (!isHome) {
        if (waiting.length === 0 && called.size === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        await world.sleep(draw.between(1, 4) * minute);
        await round(waiting.splice(0, 40));
      }
    },
  };
}
export type Courier = ReturnType<typeof courier>;
