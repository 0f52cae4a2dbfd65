import type { AccessApi } from "@pigeonhole/access/contract";
import type { ExtensionApi } from "@pigeonhole/access/extending/contract";
import type { PhoneApi } from "@pigeonhole/access/phone/contract";
import type { ProxyApi } from "@pigeonhole/access/proxies/contract";
import { client } from "@pigeonhole/kit/client";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { RedirectApi } from "@pigeonhole/parcels/redirects/contract";
import type { Draw } from "../time/draw.ts";
import type { Person } from "../town/town.ts";
import { ask } from "./asking.ts";
import type { Delivered } from "./couriers.ts";
import { atTheCabinet, codeOf, type How } from "./customers.ts";
import type { Flow } from "./lives.ts";
import { day, hour, minute, type World } from "./world.ts";

/** Ends after which whoever has the right comes again. */
const again: ReadonlySet<string> = new Set([
  "code_used",
  "code_replaced",
  "code_revoked",
  "code_expired",
  "nothing inside",
  "told whom to call",
]);

interface Waiting {
  readonly world: World;
  readonly draw: Draw;
  readonly who: Person;
  readonly parcel: string;
  readonly station: string;
  readonly flow: Flow;
  /** A courier brings it to another station. */
  readonly bring: (station: string) => Promise<Delivered>;
  /** A courier is sent to take something out there. */
  readonly call: (station: string) => void;
}

/** From the moment a parcel is in until somebody has it: how its owner, or somebody else, comes by it. Answers how it ended. */
export async function collecting({ world, draw, who, parcel, station, flow, bring, call }: Waiting): Promise<string> {
  const { tally, truth, town } = world;
  const via = { fetch: world.backend.fetch };
  const mine = { ...via, headers: { cookie: who.cookie } };
  const access = client<AccessApi>("http://sim/api", mine);
  const param = { parcel };
  const visit = (code: string, how: How = {}) =>
    world.inTurn(truth.of(parcel).place?.station ?? station, () => atTheCabinet(world, draw, parcel, code, how));
  /** Comes until it is out: whoever is refused although it lies there gets a fresh code and comes again (I-73). */
  async function fetch(code: string, how: How = {}): Promise<string> {
    let end = await visit(code, how);
    for (let tries = 0; tries < 4 && (again.has(end) || end.startsWith("gave up")) && isWaiting(); tries++) {
      await world.sleep(draw.between(5, 30) * minute);
      const fresh = await freshCode();
      if (fresh === undefined) return end;
      end = await visit(fresh);
      if (end === "taken") tally.sometimes("a fresh code opens what the first one did not");
    }
    if (end === "told whom to call") tally.sometimes("somebody is told whom to call");
    else if (end !== "taken" && isWaiting() && isInTime())
      tally.violated("I-73", `${who.name} has the right to ${parcel}, and cannot get at it: ${end}`, world.scheduler.nowMs);
    return end;
  }
  const isWaiting = (): boolean => truth.of(parcel).where === "box" && !truth.of(parcel).isLiedAbout;
  /** The one that there is, or another one that is asked for. */
  async function freshCode(): Promise<string | undefined> {
    const code = await codeOf(world, who, parcel, 2);
    if (code !== undefined && code !== "over") return code;
    const asked = await ask(world, () => access.parcels[":parcel"].pickup.reissue.$post({ param }));
    if (asked.is !== "yes") return undefined;
    await world.sleep(minute);
    const fresh = await codeOf(world, who, parcel, 3);
    return fresh === "over" ? undefined : fresh;
  }

  await world.sleep(draw.waiting(15 * minute));
  const readyMs = world.scheduler.nowMs;
  /** Well before the promised end: nobody's clock is that wrong. */
  const isInTime = (): boolean => world.scheduler.nowMs - readyMs < 2 * day;
  const code = await codeOf(world, who, parcel);
  if (code === undefined) return "no code ever came";
  if (code === "over") return "over before it began";

  if (flow === "expires") {
    await world.sleep(3 * day + draw.between(10, 90) * minute);
    tally.sometimes("a window ends with the parcel inside");
    if (draw.chance(0.3)) {
      const late = await visit(code);
      tally.sometimes(`a code is tried after its end: ${late}`);
      if (late === "taken") return "taken late";
    }
    call(station);
    return "expired";
  }
  if (flow === "recalled") {
    const shop = client<ParcelApi>("http://sim/api", { ...via, headers: { authorization: `Bearer ${town.shopKey}` } });
    const recalled = await ask(world, () => shop.parcels[":id"].recall.$post({ param: { id: parcel } }));
    if (recalled.is === "yes") {
      tally.sometimes("a sender calls a parcel back");
      call(station);
      return "recalled";
    }
  }
  if (flow === "redirected") return redirected();
  if (flow === "code_anew") {
    const anew = await ask(world, () => access.parcels[":parcel"].pickup.reissue.$post({ param }));
    if (anew.is === "yes") {
      tally.sometimes("a code is made anew");
      await world.sleep(minute);
      const old = await visit(code);
      tally.sometimes(`a replaced code is tried: ${old}`);
      if (old === "taken") return "taken by a replaced code, which the station had not heard of";
      const fresh = await codeOf(world, who, parcel);
      return fresh === undefined || fresh === "over" ? "no fresh code" : fetch(fresh);
    }
  }
  if (flow === "more_time") {
    const extension = client<ExtensionApi>("http://sim/api", mine);
    const header = { "idempotency-key": `more-${parcel}` };
    const more = await ask(world, () => extension.parcels[":parcel"].extension.$post({ param, header }));
    tally.sometimes(`more time: ${more.is === "no" ? more.code : more.is}`);
    // It would have expired by then.
    if (more.is === "yes") await world.sleep(3 * day + draw.between(1, 20) * hour);
    return visit(code);
  }
  if (flow === "by_phone") {
    const phone = client<PhoneApi>("http://sim/api", mine);
    const { lat, lon } = town.stations.find(({ identity }) => identity.station === station)!;
    const json = { position: { lat, lon, accuracyMetres: 10 } };
    return fetch(code, { open: () => ask(world, () => phone.parcels[":parcel"].open.$post({ param, json }), { times: 3 }) });
  }
  if (flow === "by_proxy") {
    const proxies = client<ProxyApi>("http://sim/api", mine);
    const named = await ask<{ token: string | null }>(world, () =>
      proxies.parcels[":parcel"].proxies.$post({ param, json: { name: "A neighbour" } }),
    );
    if (named.is === "yes" && named.body.token !== null) {
      const { token } = named.body;
      await world.sleep(minute);
      const link = client<ProxyApi>("http://sim/api", via);
      const handed = await ask<{ code: string | null }>(world, () => link.collect.$post({ json: { token } }));
      if (handed.is === "yes" && handed.body.code !== null) {
        tally.sometimes("somebody else collects it");
        return fetch(handed.body.code);
      }
    }
  }
  if (flow === "mistypes") return fetch(code, { mistypes: draw.between(1, 3) });
  if (flow === "leaves_it_inside") return visit(code, { leavesIt: true });
  if (flow === "opens_again") return fetch(code, { opensAgain: true });
  return fetch(code);

  /** To another station, although it lies here already: a courier takes it out and brings it there. */
  async function redirected(): Promise<string> {
    const to = draw.pick(town.stations.filter(({ identity }) => identity.station !== station)).identity.station;
    const redirects = client<RedirectApi>("http://sim/api", mine);
    const asked = await ask(world, () => redirects.parcels[":id"].redirects.$post({ param: { id: parcel }, json: { station: to } }));
    if (asked.is !== "yes") {
      tally.sometimes(`a redirect is refused: ${asked.is === "no" ? asked.code : "unknown"}`);
      return fetch(code as string);
    }
    for (let tries = 0; tries < 20 && truth.of(parcel).where === "box"; tries++) {
      call(station);
      await world.sleep(20 * minute);
    }
    if (truth.of(parcel).where !== "courier") return "redirected, and never taken out";
    tally.sometimes("a redirected parcel is taken out");
    await world.sleep(5 * minute);
    const delivered = await bring(to);
    if (delivered === "not_in") return "redirected, and not delivered there";
    tally.sometimes("a redirected parcel arrives at its new place");
    await world.sleep(draw.waiting(10 * minute));
    const there = await codeOf(world, who, parcel);
    return there === undefined || there === "over" ? "redirected, and no code there" : visit(there);
  }
}
