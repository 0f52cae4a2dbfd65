import { verifyChain } from "@pigeonhole/audit/verify";
import { viewAs } from "@pigeonhole/kit/db";
import type { Looks } from "../backend/looks.ts";
import type { StationNode } from "../stations/node.ts";
import type { Scheduler } from "../time/scheduler.ts";
import { atTheCabinet } from "./at-the-cabinet.ts";
import { listed } from "./listed.ts";
import { remember } from "./rare-states.ts";
import type { Tally } from "./tally.ts";
import type { Truth } from "./truth.ts";

/** Tells a breach, each once. */
export type Breach = (invariant: string, what: string) => void;

interface Needs {
  readonly looks: Looks;
  readonly scheduler: Scheduler;
  readonly tally: Tally;
  readonly truth: Truth;
  readonly nodes: readonly StationNode[];
}

/** Looks whether every promise is kept: while things happen and break, and wholly when all has come to rest. */
export function looking({ looks, scheduler, tally, truth, nodes }: Needs) {
  const told = new Set<string>();
  const breach: Breach = (invariant, what) => {
    const key = `${invariant} ${what}`;
    if (told.has(key)) return;
    told.add(key);
    tally.violated(invariant, what, scheduler.nowMs);
  };
  const list = listed(looks.ask, ({ id, says }, what) => breach(id, `${says}, but ${what}`));
  const cabinets = atTheCabinet({ scheduler, truth, nodes, breach });
  /** Until when each waiting parcel was promised to lie there, by parcel and delivery. */
  const promised = new Map<string, number>();

  /** What has been promised is never taken back: no change of any clock shortens it. */
  async function windows(): Promise<void> {
    const rows = await looks.ask<{ what: string; id: string; until: Date }>(
      "select id || ' ' || leg as what, id, expires_at as until from parcels.parcel where state = 'stored' and expires_at is not null",
      [],
    );
    for (const { what, until } of rows) {
      const before = promised.get(what);
      if (before !== undefined && until.getTime() < before)
        breach("I-67", `parcel ${what} was to lie there until ${new Date(before).toISOString()}, now until ${until.toISOString()}`);
      promised.set(what, until.getTime());
    }
  }

  return {
    /** Between two events, also while something is broken. */
    async now(): Promise<void> {
      tally.count("looks");
      cabinets.now();
      await list.whileBroken(new Date(scheduler.nowMs));
      await windows();
    },
    /** After all has been healed and has drained: belief and truth agree. */
    async atTheEnd(): Promise<void> {
      cabinets.now();
      cabinets.atTheEnd();
      await windows();
      await list.atTheEnd(new Date(scheduler.nowMs));
      const { whole, brokenAt } = await scheduler.outside(verifyChain(viewAs(looks.db)));
      if (!whole) breach("I-68", `the trail is broken at entry ${brokenAt}`);
      await capacity();
      await remember(looks.ask, tally);
      await belief();
    },
    counts: list.counts,
  };

  /** Reserved, occupied, blocked and free ones together are the doors that the cabinet has. */
  async function capacity(): Promise<void> {
    const rows = await looks.ask<{ station: string; doors: number[] }>(
      "select station, array_agg(compartment order by compartment) as doors from reservations.compartment group by station",
      [],
    );
    const known = new Map(rows.map(({ station, doors }) => [station, doors.join(" ")]));
    for (const { id, cabinet } of nodes)
      if (known.get(id) !== cabinet.numbers.toSorted((a, b) => a - b).join(" "))
        breach("I-08", `station ${id} has the doors ${cabinet.numbers.join(" ")}, and is counted as ${known.get(id) ?? "none"}`);
  }

  async function belief(): Promise<void> {
    const rows = await looks.ask<{ id: string; state: string; station: string; compartment: number; delivered: boolean }>(
      `select id, state, station, compartment,
         exists (select from parcels.timeline t where t.parcel = p.id and t.state = 'delivered') as delivered from parcels.parcel p`,
      [],
    );
    const believed = new Map(rows.map((row) => [row.id, row]));
    for (const it of truth.goods.values()) {
      const row = believed.get(it.parcel);
      if (!row) {
        if (it.kind === "order") breach("I-58", `parcel ${it.parcel} was ordered, and nobody knows it`);
        continue;
      }
      tally.count(`end: ${row.state}, really ${it.where}`);
      if (it.isLiedAbout) continue;
      if (it.wasThanked && !row.delivered) breach("I-25", `whoever brought ${it.parcel} was thanked, and no deposit is known`);
      if (it.where === "box") {
        const place = `${it.place!.station}/${it.place!.compartment}`;
        const isKnown = ["delivered", "stored", "expired", "missing"].includes(row.state);
        if (!isKnown && it.wasThanked) breach("I-02", `${it.parcel} lies in ${place}, and is said to be ${row.state}`);
        if (isKnown && (row.station !== it.place!.station || row.compartment !== it.place!.compartment))
          breach("I-28", `${it.parcel} lies in ${place}, and is said to be in ${row.station}/${row.compartment}`);
      }
      if (it.where === "customer" && row.state !== "collected" && row.state !== "missing")
        breach("I-27", `${it.parcel} was taken by its owner, and is said to be ${row.state}`);
      if (it.where !== "customer" && row.state === "collected")
        breach("I-29", `${it.parcel} is said to be collected, and is with: ${it.where}`);
    }
  }
}
export type Looking = ReturnType<typeof looking>;
