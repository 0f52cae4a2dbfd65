import { Refused } from "@pigeonhole/kit/refused";
import type { Now } from "@pigeonhole/kit/clock";
import { readCarried } from "@pigeonhole/protocol/carried";
import type { PinnedKeys } from "@pigeonhole/protocol/envelope";
import type { Cabinet } from "../cabinet/cabinet.ts";
import type { Reason } from "../rights/decide.ts";
import type { Store } from "../store/store.ts";
import type { StationClock } from "../time/station-clock.ts";
import type { Screen } from "../visits/screen.ts";
import { weigh } from "./told.ts";

interface Needs {
  readonly store: Store;
  readonly cabinet: Cabinet;
  readonly screen: Screen;
  readonly clock: StationClock;
  readonly station: string;
  readonly epoch: number;
  readonly signingKeys: PinnedKeys;
  readonly now: Now;
}

const kioskCode = {
  wrong: ["wrong_code", "This is no document of ours, or it was read wrongly."],
  used: ["code_used", "The parcel has been collected already."],
  expired: ["code_expired", "This document is too old. Open the parcel's page once more where there is a network."],
  not_yet: ["not_yet", "Your parcel has not arrived yet."],
  replaced: ["code_replaced", "A newer code is known here already."],
  revoked: ["code_revoked", "This right has been withdrawn."],
  held: ["held", "Something is missing before this door opens."],
  not_ours: ["not_ours", "This document is for another station."],
  blocked: ["out_of_service", "This compartment takes nothing now. Please call us."],
} as const satisfies Record<Reason, readonly [string, string]>;

/**
 * What phones bring from the backend while the line is down (F4): verified, durable before it is thanked for, in force at once. The
 * desired document keeps its version; what a phone told ends when a desired document says as much.
 */
export function carrying({ store, cabinet, screen, clock, station, epoch, signingKeys, now }: Needs) {
  const refuse = (reason: Reason): never => {
    const [code, sentence] = kioskCode[reason];
    throw new Refused(code, sentence);
  };
  return {
    take(text: string): void {
      const carried = readCarried(text, station, signingKeys);
      if (carried === "not_ours") return refuse("not_ours");
      if (carried === "forged") return refuse("wrong");
      // What the backend signed proves that so much time has passed.
      clock.signed(carried.issuedAt);
      const weight = weigh(
        { desired: cabinet.desired, told: store.told.all(), isSpent: store.contents.isSpent, epoch, now: now() },
        carried,
      );
      if (weight !== "new" && weight !== "known") return refuse(weight);
      if (weight === "new") {
        const { id: grant, generation, isWithdrawn, compartment } = carried.grant;
        cabinet.hear(carried, () => {
          store.meta.set("time_floor", clock.tick().toISOString());
          store.journal.append({ type: "right_received", compartment, grant, generation, isWithdrawn }, now());
        });
      }
      screen.received(carried.grant.isWithdrawn);
    },
  };
}
export type Carrying = ReturnType<typeof carrying>;
