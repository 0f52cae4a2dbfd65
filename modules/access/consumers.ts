import { RetrievalMoved } from "@pigeonhole/couriers/events";
import { AbilitiesSaid, Enrolled, OutageBegan, OutageEnded, Reported } from "@pigeonhole/devices/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Log } from "@pigeonhole/kit/log";
import type { Payload } from "@pigeonhole/kit/fact";
import type { Cause } from "@pigeonhole/protocol/messages";
import { on, publish, type Consumer } from "@pigeonhole/kit/outbox";
import type { Ability } from "@pigeonhole/protocol/together";
import { pastStates } from "@pigeonhole/parcels/contract";
import { StationMoved } from "@pigeonhole/network/events";
import { ParcelMoved, Recalled, Stays, VacationSet } from "@pigeonhole/parcels/events";
import { Confirmed, Ended, Moved, ReturnClaimed } from "@pigeonhole/reservations/events";
import type { GrantState } from "./contract.ts";
import * as domain from "./domain.ts";
import { adjust, adjustOne } from "./fair-clock/fair-clock.ts";
import { ask, turn } from "./conditions/asking.ts";
import { setCanHold } from "./conditions/queries.ts";
import * as fairClock from "./fair-clock/queries.ts";
import { GrantsChanged, PickupReady, ProxyChanged } from "./events.ts";
import { beginAnew, follow } from "./following.ts";
import { mintCode, takeKey, type Mint } from "./minting.ts";
import * as attempts from "./queries/attempts.ts";
import { endProxies } from "./proxies/ending.ts";
import * as codes from "./queries/codes.ts";
import * as grants from "./queries/grants.ts";
import { freshCode } from "./reissue.ts";
import { restore } from "./restore.ts";
import * as returns from "./returning/following.ts";
import { rotate } from "./rotate.ts";
import { groupsOf } from "./together/queries.ts";
import { groupOf, settle, shareDeadline, usedBeside } from "./together/together.ts";
import type { Tables } from "./tables.ts";

interface Needs extends Mint {
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly pickupWindowDays: Readonly<Record<domain.Service, number>>;
}
type Write = Tx<Tables>;
type Ending = "used" | "expired" | "revoked";

const endedBy = {
  cancelled: "revoked",
  lapsed: "expired",
  collected: "used",
  returned: "revoked",
  station_gone: "revoked",
  missing: "revoked",
  moved: "revoked",
} as const satisfies Record<string, Ending>;
/** These call a plan off; the others are word of where the parcel is. */
const callsOff: ReadonlySet<string> = new Set(["cancelled", "lapsed"]);
const movedTo: Readonly<Record<string, Ending>> = { collected: "used", expired: "expired", cancelled: "revoked", returned: "revoked" };

export const accessConsumer = (needs: Needs): Consumer => ({
  name: "access",
  handlers: [
    on(Confirmed, async (tx: Write, confirmed) => {
      const at = needs.now();
      const { togetherWith: together } = confirmed;
      const common = {
        reservation: confirmed.reservation,
        parcel: confirmed.parcel,
        station: confirmed.station,
        compartment: confirmed.compartment,
        owner: confirmed.owner,
        carrier: confirmed.carrier,
        service: confirmed.service,
        windows: confirmed.windows ?? null,
        generation: 1,
        not_before: at,
        opened_at: null,
        collected_at: null,
        shared: together === null ? null : await groupOf(tx, needs, { ...confirmed, parcel: together }),
      };
      const held = await ask(tx, needs, confirmed, at);
      const pickup = { ...common, id: needs.newId(), kind: "pickup", state: "issued", expires_at: null, held } as const;
      await grants.insert(tx, [
        pickup,
        { ...common, id: needs.newId(), kind: "dropoff", state: "active", expires_at: new Date(confirmed.deliverBy) },
      ]);
      if (pickup.shared === null) await mintCode(tx, needs, confirmed.station, pickup, at);
      else await settle(tx, needs, [pickup.shared]);
      const early = await grants.takeEarlyDeposit(tx, confirmed.parcel);
      if (early) await deposited(tx, needs, early);
      else await tell(tx, needs, confirmed.station);
    }),
    on(ReturnClaimed, (tx: Write, claimed) => returns.begin(tx, needs, claimed)),
    on(Moved, (tx: Write, moved) => (moved.isReturn ? returns.move(tx, needs, moved) : follow(tx, needs, moved))),
    on(Ended, async (tx: Write, ended) =>
      end(tx, needs, "reservation", ended.reservation, endedBy[ended.reason], { isCalledOff: callsOff.has(ended.reason) }),
    ),
    on(ParcelMoved, async (tx: Write, moved) => {
      const ending = movedTo[moved.to];
      if (moved.to === "collected") await grants.collected(tx, moved.parcel, needs.now());
      if (ending) await end(tx, needs, "parcel", moved.parcel, ending, { isCalledOff: callsOff.has(moved.to) });
      const isPast = pastStates.some((state) => state === moved.to);
      if (isPast) await turn(tx, { parcel: moved.parcel }, "over", { station: moved.station, at: needs.now() });
    }),
    on(Stays, (tx: Write, { parcel }) => restore(tx, needs, parcel)),
    on(Recalled, (tx: Write, { parcel }) => end(tx, needs, "parcel", parcel, "revoked")),
    on(VacationSet, async (tx: Write, { parcel, from, to }) => {
      await fairClock.keepVacation(tx, parcel, from === null || to === null ? null : { from: new Date(from), to: new Date(to) });
      const grant = await grants.lockOfParcel(tx, parcel, "pickup");
      if (grant && fairClock.isWaiting(grant) && (await adjustOne(tx, grant, needs.now()))) await tell(tx, needs, grant.station);
    }),
    on(RetrievalMoved, (tx: Write, moved) => followRetrieval(tx, needs, moved)),
    on(Enrolled, async (tx: Write, { station, epoch, sealedCodeKey }) => {
      if (!(await takeKey(tx, needs, { station, epoch, sealed: sealedCodeKey }, needs.now()))) return;
      await settle(tx, needs, await groupsOf(tx, station));
      await tell(tx, needs, station);
    }),
    on(StationMoved, async (tx: Write, { station, to, inspection }) => {
      if (to === "active" && inspection !== null && (await rotate(tx, needs, station))) await tell(tx, needs, station);
    }),
    on(AbilitiesSaid, async (tx: Write, { station, can }) => {
      if (await setCanHold(tx, station, can.includes("hold" satisfies Ability))) await tell(tx, needs, station);
    }),
    on(OutageBegan, async (tx: Write, outage) => followOutage(tx, needs, { ...outage, to: null })),
    on(OutageEnded, async (tx: Write, outage) => followOutage(tx, needs, outage)),
    on(Reported, async (tx: Write, { station, at, event }) => {
      switch (event.type) {
        case "parcel_deposited":
          return deposited(tx, needs, { parcel: event.parcel, station, compartment: event.compartment, at: new Date(at) });
        case "deposit_abandoned":
          if (event.reason !== "wrong_parcel") return;
          return void (await beginAnew(tx, needs, { parcel: event.parcel, station }));
        case "return_deposited":
          return end(tx, needs, "parcel", event.parcel, "used");
        case "compartment_opened":
          return openedBy(tx, needs, station, event.cause, new Date(at));
        case "open_failed":
          if (event.outcome !== "unknown" || event.cause.kind !== "grant") return;
          return perhapsOpened(tx, needs, station, event.cause.grant);
        case "parcel_retrieved":
          await endCollection(tx, needs, event.parcel, "used");
          return end(tx, needs, "parcel", event.parcel, "revoked", { at: station });
        case "parcel_collected":
          if (event.parcel === null) return;
          await noteCollector(tx, needs, station, event.parcel, event.grant);
          await grants.collected(tx, event.parcel, new Date(at));
          return end(tx, needs, "parcel", event.parcel, "used");
        default:
          return;
      }
    }),
  ],
});

/** The deadlines of what lies there stand still, or go on. */
async function followOutage(tx: Write, needs: Needs, outage: Parameters<typeof fairClock.keep>[1]): Promise<void> {
  await fairClock.keep(tx, outage);
  if (await adjust(tx, outage.station, outage.compartment, needs.now())) await tell(tx, needs, outage.station);
}

const tell = (tx: Write, { now }: Needs, station: string): Promise<void> => publish(tx, now(), GrantsChanged, { station });

/** A parcel is in: the courier's right is used up, the recipient's begins. Where the parcel lies is the station's word and beats the plan. */
async function deposited(
  tx: Write,
  needs: Needs,
  deposit: { readonly parcel: string; readonly station: string; readonly compartment: number; readonly at: Date },
): Promise<void> {
  const dropoff = await grants.lockOfParcel(tx, deposit.parcel, "dropoff");
  const pickup = await grants.lockOfParcel(tx, deposit.parcel, "pickup");
  if (!pickup) return void (await grants.keepEarlyDeposit(tx, deposit));
  if (dropoff && domain.after(dropoff.state, "used")) await grants.change(tx, dropoff.id, { state: "used", opened_at: deposit.at });
  // Where it lies is a fact, also where the plan had gone on to another station: its owner gets a code for that place (docs/conflicts.md).
  const isElsewhere = pickup.station !== deposit.station;
  const isOfOldPlan = isElsewhere && pickup.state === "issued" && (await grants.wasPlanned(tx, deposit.parcel, deposit.station));
  const how = isOfOldPlan ? "succeed" : isElsewhere ? "nothing" : domain.deposit(pickup);
  if (how === "nothing") {
    needs.log.warn(
      { grant: pickup.id, state: pickup.state, station: deposit.station },
      "a deposit was reported for which no pick-up right waits",
    );
    return tell(tx, needs, deposit.station);
  }
  const at = needs.now();
  const expiresAt = domain.windowEnd(deposit.at, at, pickup.windows?.collectionDays ?? needs.pickupWindowDays[pickup.service]);
  const window = { expires_at: expiresAt, began_at: new Date(Math.min(deposit.at.getTime(), at.getTime())), promised_until: expiresAt };
  const { station, compartment } = deposit;
  // Elsewhere than beside the others it has a code of its own.
  const shared = station === pickup.station && compartment === pickup.compartment ? pickup.shared : null;
  const active = { ...pickup, ...window, state: "active", stopped_since: null, station, compartment, shared } as const;
  if (isOfOldPlan) {
    // Whoever was to collect it there is named anew: their right is for another station.
    for (const other of (await grants.lockLive(tx, "parcel", deposit.parcel)).filter(({ proxy }) => proxy !== null)) {
      await grants.change(tx, other.id, { state: "revoked" });
      await codes.forget(tx, other.id);
      await endProxies(tx, [other.proxy!], "over", { station: pickup.station, at });
    }
    await grants.change(tx, pickup.id, { state: "revoked" });
    await codes.forget(tx, pickup.id);
    await tell(tx, needs, pickup.station);
  }
  const grant = how === "begin" ? active : { ...active, id: needs.newId(), generation: pickup.generation + 1, not_before: at };
  if (how === "begin") {
    await grants.change(tx, pickup.id, { ...window, state: active.state, compartment: deposit.compartment, shared });
  } else await grants.insert(tx, [grant]);
  const lacksCode = shared === null && (how === "succeed" || pickup.shared !== null);
  if (lacksCode && (await codes.live(tx, grant.id)) === undefined) await mintCode(tx, needs, deposit.station, grant, at);
  await settle(tx, needs, [shared, pickup.shared]);
  // It was called off, and lies there: what it asked for, it asks for again.
  await turn(tx, { parcel: deposit.parcel }, "open", { station: deposit.station, at });
  await publish(tx, at, PickupReady, {
    parcel: deposit.parcel,
    grant: grant.id,
    generation: grant.generation,
    station: deposit.station,
    compartment: deposit.compartment,
    expiresAt: expiresAt.toISOString(),
    reason: "deposited",
  });
  // Part of the window may have passed unreachable before the deposit was heard of.
  if (fairClock.isWaiting(grant)) await adjustOne(tx, grant, at);
  await shareDeadline(tx, at, grant);
  await tell(tx, needs, deposit.station);
}

/** A door was opened by a right, or by a command that was given by one. */
async function openedBy(tx: Write, needs: Needs, station: string, cause: Cause, at: Date): Promise<void> {
  if (cause.kind === "grant" || cause.kind === "command") await usedBeside(tx, cause.beside ?? [], at);
  if (cause.kind === "grant") return opened(tx, needs, station, cause.grant, at);
  const right = cause.kind === "command" && cause.purpose === "pickup" ? await attempts.grantOf(tx, cause.command) : null;
  if (right !== null) await opened(tx, needs, station, right, at);
}

/** The station opened by a pick-up right, perhaps while the backend was out of reach: single use (I-14). */
async function opened(tx: Write, needs: Needs, station: string, id: string, at: Date): Promise<void> {
  const grant = await grants.lock(tx, station, id);
  if (!grant || grant.kind !== "pickup") return;
  const state: GrantState = domain.after(grant.state, "used") ?? grant.state;
  await grants.change(tx, id, { state, opened_at: grant.opened_at ?? at });
  await codes.kill(tx, id, "used", needs.now());
  await settle(tx, needs, [grant.shared]);
  await tell(tx, needs, station);
}

/**
 * Nobody knows whether the door opened, and the station used the right up before it fired the lock (I-14). Whoever stood before a door that
 * stayed shut must not have to ask anybody (I-73): the owner is sent a fresh code at once. Behind an empty box it opens nothing of worth.
 */
async function perhapsOpened(tx: Write, needs: Needs, station: string, id: string): Promise<void> {
  const grant = await grants.lock(tx, station, id);
  if (grant?.kind !== "pickup" || grant.state !== "active") return;
  await grants.change(tx, id, { state: "used" });
  await codes.kill(tx, id, "used", needs.now());
  if (grant.proxy === null && !domain.isOver(grant, needs.now())) await freshCode(tx, needs, grant, "succeed");
  await settle(tx, needs, [grant.shared]);
  await tell(tx, needs, station);
}

/** Who took it out, when it was somebody for its owner: its owner sees it, and the trail names them. */
async function noteCollector(tx: Write, needs: Needs, station: string, parcel: string, by: string | null): Promise<void> {
  const right = by ?? (await attempts.lastPickup(tx, parcel));
  const proxy = right === null ? null : ((await grants.get(tx, right))?.proxy ?? null);
  if (proxy === null) return;
  await endProxies(tx, [proxy], "collected", { station, at: needs.now() });
  await publish(tx, needs.now(), ProxyChanged, { parcel, proxy, station, change: "collected", actor: `proxy:${proxy}` });
}

/** A courier may take it out for as long as the retrieval lives. */
async function followRetrieval(tx: Write, needs: Needs, moved: Payload<typeof RetrievalMoved>): Promise<void> {
  const { parcel, station, compartment, reservation, owner, carrier, from, to } = moved;
  if (to === "taken_out" || to === "cancelled") return endCollection(tx, needs, parcel, to === "taken_out" ? "used" : "revoked");
  if (from !== null) return;
  const last = await grants.lockOfParcel(tx, parcel, "collection");
  if (last && domain.isLive(last, needs.now())) return;
  await grants.insert(tx, [
    {
      id: needs.newId(),
      kind: "collection",
      state: "active",
      reservation,
      parcel,
      station,
      compartment,
      owner,
      carrier,
      service: "standard",
      generation: (last?.generation ?? 0) + 1,
      not_before: needs.now(),
      expires_at: null,
      opened_at: null,
      collected_at: null,
    },
  ]);
  await tell(tx, needs, station);
}

async function endCollection(tx: Write, needs: Needs, parcel: string, ending: Ending): Promise<void> {
  const grant = await grants.lockOfParcel(tx, parcel, "collection");
  if (!grant || !domain.after(grant.state, ending)) return;
  await grants.change(tx, grant.id, { state: ending });
  await tell(tx, needs, grant.station);
}

/** The plan's rights that are still live, at one station or anywhere, come to an end; each station that knew of them is told once. A courier who takes it out keeps theirs. */
async function end(
  tx: Write,
  needs: Needs,
  by: "parcel" | "reservation",
  id: string,
  ending: Ending,
  { isCalledOff = false, at }: { readonly isCalledOff?: boolean; readonly at?: string } = {},
): Promise<void> {
  const live = (await grants.lockLive(tx, by, id)).filter(
    (grant) => grant.kind !== "collection" && (!isCalledOff || domain.endsWithPlan(grant)) && (at === undefined || grant.station === at),
  );
  for (const grant of live) {
    await grants.change(tx, grant.id, { state: ending });
    if (grant.state === "issued") await codes.forget(tx, grant.id);
    else await codes.kill(tx, grant.id, ending, needs.now());
  }
  for (const { proxy, station } of live) if (proxy !== null) await endProxies(tx, [proxy], "over", { station, at: needs.now() });
  await settle(
    tx,
    needs,
    live.map(({ shared }) => shared),
  );
  for (const station of new Set(live.map((grant) => grant.station))) await tell(tx, needs, station);
}
