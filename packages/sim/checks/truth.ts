import type { Moved, Witness } from "../stations/cabinet.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { Tally } from "./tally.ts";

/** Why somebody rightfully expects a door to open. */
export interface Act {
  readonly station: string;
  readonly purpose: "deposit" | "pickup" | "retrieval";
  readonly parcel: string;
  untilMs: number;
}
type Where = "shop" | "courier" | "box" | "customer" | "gone";
/** What is really so about one parcel, whatever anybody believes. */
export interface Goods {
  readonly parcel: string;
  /** What it is: an order's parcel, what somebody brought without any order, or what goes back. */
  readonly kind: "order" | "walk_up" | "return";
  /** The door has opened for whoever comes for it, with it inside. */
  hasOpened: boolean;
  where: Where;
  /** While it lies in a box. */
  place: { readonly station: string; readonly compartment: number } | undefined;
  /** Whoever brought it was told that it is in. */
  wasThanked: boolean;
  /** When it was put in for the first time. */
  insideMs: number | undefined;
  outMs: number | undefined;
  /** Somebody has lied or erred about it without a word: what the product believes of it is nobody's fault. */
  isLiedAbout: boolean;
}

/** An act is good for so long: a command may be carried out until it ends, by the station's clock. Milliseconds. */
const actMs = 160_000;

interface Needs {
  readonly scheduler: Scheduler;
  readonly tally: Tally;
  readonly trace: (what: string, detail?: unknown) => void;
  readonly inside: (station: string, compartment: number) => readonly string[];
  /** A lock is fired: what its station has written down must bear it. */
  readonly atTheLock: (station: string, compartment: number) => void;
}

/** The ground truth, kept apart from what anybody believes, and the checks that look at every movement of a door. */
export function truth({ scheduler, tally, trace, inside, atTheLock }: Needs) {
  const acts = new Set<Act>();
  const goods = new Map<string, Goods>();
  const fired = new Map<string, number>();
  /** Doors whose lock was fired and that have not moved yet. */
  const pending = new Map<string, number>();
  const key = (station: string, compartment: number): string => `${station}/${compartment}`;

  function live(station: string): Act[] {
    for (const act of acts) if (act.untilMs < scheduler.nowMs) acts.delete(act);
    return [...acts].filter((act) => act.station === station);
  }

  const witness: Witness = {
    fired(station, compartment) {
      trace("fired", `${station} ${compartment}`);
      tally.count("doors fired");
      atTheLock(station, compartment);
      fired.set(key(station, compartment), (fired.get(key(station, compartment)) ?? 0) + 1);
      pending.set(key(station, compartment), scheduler.nowMs);
      const mine = live(station);
      if (mine.length === 0)
        return tally.violated("I-12", `door ${compartment} of ${station} was fired, and nobody had asked for it`, scheduler.nowMs);
      const lying = inside(station, compartment);
      const isRight = mine.some((act) => {
        if (act.purpose === "deposit") return lying.every((what) => what === act.parcel);
        const it = goods.get(act.parcel);
        // What is out already may be looked for once more, in its own box.
        return lying.length === 0 || lying.includes(act.parcel) || it?.isLiedAbout === true;
      });
      const isForgiven = lying.some((what) => goods.get(what)?.isLiedAbout);
      if (!isRight && !isForgiven)
        tally.violated(
          mine.some(({ purpose }) => purpose === "deposit") ? "I-03" : "I-18",
          `door ${compartment} of ${station}, behind which ${lying.join(" and ")} lies, was fired for ${mine.map(({ purpose, parcel }) => `${purpose} of ${parcel}`).join(", ")}`,
          scheduler.nowMs,
        );
    },
    moved(station, compartment, isOpen, why: Moved) {
      trace(isOpen ? "door opens" : "door shuts", `${station} ${compartment} ${why}`);
      if (!isOpen) return;
      tally.count(`opened by ${why}`);
      if (why === "lock" && !pending.has(key(station, compartment)))
        tally.violated("I-12", `door ${compartment} of ${station} opened, and its lock was not fired`, scheduler.nowMs);
      pending.delete(key(station, compartment));
      const comes = new Set(live(station).flatMap(({ purpose, parcel }) => (purpose === "pickup" ? parcel : [])));
      for (const what of inside(station, compartment)) if (comes.has(what)) goods.get(what)!.hasOpened = true;
    },
  };

  return {
    witness,
    goods,
    begin(parcel: string, kind: Goods["kind"] = "order"): Goods {
      const it: Goods = {
        parcel,
        kind,
        hasOpened: false,
        where: "shop",
        place: undefined,
        wasThanked: false,
        insideMs: undefined,
        outMs: undefined,
        isLiedAbout: false,
      };
      goods.set(parcel, it);
      return it;
    },
    of: (parcel: string): Goods => goods.get(parcel)!,
    /** Somebody asks rightfully for a door. */
    act(station: string, purpose: Act["purpose"], parcel: string): Act {
      const act = { station, purpose, parcel, untilMs: scheduler.nowMs + actMs };
      acts.add(act);
      return act;
    },
    wentIn(parcel: string, station: string, compartment: number): void {
      const it = goods.get(parcel)!;
      it.where = "box";
      it.place = { station, compartment };
      it.insideMs ??= scheduler.nowMs;
      trace("goes in", `${parcel} ${station} ${compartment}`);
    },
    /** A door was forced and these were taken along: nobody who goes by what is written down can know. */
    stolen(parcels: readonly string[]): void {
      for (const parcel of parcels) {
        const it = goods.get(parcel);
        if (!it) continue;
        Object.assign(it, { where: "gone", place: undefined, isLiedAbout: true });
        tally.sometimes("somebody steals what lies in a box");
        trace("is stolen", parcel);
      }
    },
    cameOut(parcel: string, into: "courier" | "customer"): void {
      const it = goods.get(parcel);
      if (!it) return;
      it.where = into;
      it.place = undefined;
      it.outMs = scheduler.nowMs;
      trace("comes out", `${parcel} ${into}`);
    },
  };
}
export type Truth = ReturnType<typeof truth>;
