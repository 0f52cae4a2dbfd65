import type { Now } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import type { Timers } from "@pigeonhole/kit/timers";
import type { StationFact } from "@pigeonhole/protocol/messages";
import { z } from "zod";
import type { Cabinet } from "../cabinet/cabinet.ts";
import { atMost } from "../rights/at-most.ts";
import type { Store } from "../store/store.ts";

/** A door that stands open without a right for so long was forced; a switch that bounces was not. Milliseconds. */
const forcedMs = 1_000;
/** So many entries a minute at most: a sensor gone mad does not fill the log. */
const recordedPerMinute = 6;

/** What holds the station: the newest entry of its log that says so. */
const Hold = z.object({ epoch: z.int(), seq: z.int() });
type Source = Extract<StationFact, { type: "tampered" }>["source"];

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly epoch: number;
  readonly isOpen: (compartment: number) => boolean;
  readonly changed: () => void;
  readonly now: Now;
  readonly timers: Timers;
  readonly log: Log;
}

/**
 * Somebody has opened the enclosure or forced a door (A10.4): the station serves nobody from that moment on, by itself, over power cuts and
 * without a backend, until the backend says that a technician's inspection covers the newest such entry of the log.
 */
export function tamper({ store, cabinet, epoch, isOpen, changed, now, timers, log }: Needs) {
  let hold = kept(store);
  let wasTampered = false;
  const mayRecord = atMost(recordedPerMinute, now);
  const cancels = new Set<() => void>();

  /** Staff who put up, try out or take away a station open it: that is no alarm. */
  const isWatching = (): boolean => {
    const { service } = cabinet.desired ?? {};
    return service?.state === "active" || service?.reason === "tamper";
  };

  function raise(source: Source, compartment: number | null): void {
    // Held already and told often enough: another entry would change nothing.
    if (!mayRecord() && hold !== null) return;
    store.change(() => {
      const seq = store.journal.append({ type: "tampered", source, compartment }, now());
      hold = { epoch, seq };
      store.meta.set("tamper", JSON.stringify(hold));
    });
    log.error({ alarm: "tampered", source, compartment }, "the station was tampered with and serves nobody until it is inspected");
    changed();
  }

  return {
    /** Another epoch numbers its entries anew: what holds the station is said again in its log. */
    start(): void {
      if (hold !== null && hold.epoch !== epoch) raise("enclosure", null);
    },
    isHeld: (): boolean => hold !== null,
    /** What the enclosure's sensor says; null: it has none, or it is silent, which proves nothing. */
    felt(isTampered: boolean | null): void {
      if (isTampered === null || !isWatching()) return;
      if (isTampered && !wasTampered) raise("enclosure", null);
      wasTampered = isTampered;
    },
    /** A door has been seen open without a right. */
    forced(compartment: number): void {
      if (!isWatching()) return;
      const cancel = timers.after(forcedMs, () => {
        cancels.delete(cancel);
        if (isOpen(compartment)) raise("forced_door", compartment);
      });
      cancels.add(cancel);
    },
    /** The backend's word: inspected, up to this entry of this station's log. */
    inspected(upTo: number): void {
      if (hold === null || upTo < hold.seq) return;
      store.change(() => {
        hold = null;
        store.meta.set("tamper", "");
        store.journal.append({ type: "tamper_cleared" }, now());
      });
      log.warn("the station has been inspected and serves again");
      // An enclosure that still stands open is the next alarm.
      wasTampered = false;
      changed();
    },
    stop(): void {
      for (const cancel of cancels) cancel();
    },
  };
}
export type Tamper = ReturnType<typeof tamper>;

function kept(store: Store): z.output<typeof Hold> | null {
  const text = store.meta.get("tamper");
  return text === undefined || text === "" ? null : Hold.parse(JSON.parse(text));
}
