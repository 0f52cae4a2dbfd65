import { Refused } from "@pigeonhole/kit/refused";
import type { Station } from "../contract.ts";
import { doorNumbers } from "../domain.ts";
import type { Lack } from "./contract.ts";

/** What is known of a station's cabinet. */
export interface Cabinet {
  /** Of its newest record; undefined: it has told of none. */
  readonly accepted: { readonly passed: readonly number[]; readonly failed: readonly number[]; readonly wiring: string } | undefined;
  /** As it says that it is wired now; undefined: it has not said. */
  readonly wiring: string | undefined;
  /** It may serve all the same. */
  readonly isWaived: boolean;
}
export const unknownCabinet: Cabinet = { accepted: undefined, wiring: undefined, isWaived: false };

/** What the acceptance of this cabinet lacks for this station, as it is laid out now. */
export function lacksOf({ layout, maintenance }: Pick<Station, "layout" | "maintenance">, { accepted, wiring }: Cabinet): readonly Lack[] {
  if (!accepted) return [{ kind: "no_record" }];
  const there = doorNumbers(layout);
  const inService = [...there].filter((door) => !maintenance.includes(door)).toSorted((a, b) => a - b);
  const failed = inService.filter((door) => accepted.failed.includes(door));
  const untested = inService.filter((door) => !accepted.passed.includes(door) && !accepted.failed.includes(door));
  const unknown = accepted.passed.filter((door) => !there.has(door));
  return [
    ...(wiring !== undefined && wiring !== accepted.wiring ? [{ kind: "rewired" as const }] : []),
    ...(failed.length > 0 ? [{ kind: "failed" as const, doors: failed }] : []),
    ...(untested.length > 0 ? [{ kind: "untested" as const, doors: untested }] : []),
    ...(unknown.length > 0 ? [{ kind: "unknown" as const, doors: unknown }] : []),
  ];
}

/** Whether a station may serve with this cabinet. */
export const mayServe = (station: Pick<Station, "layout" | "maintenance">, cabinet: Cabinet): boolean =>
  cabinet.isWaived || lacksOf(station, cabinet).length === 0;

/** So many doors are named, the rest is counted. */
const namedDoors = 12;
const listed = (doors: readonly number[]): string =>
  `${doors.length === 1 ? "door" : "doors"} ${doors.slice(0, namedDoors).join(", ")}${doors.length > namedDoors ? ` and ${doors.length - namedDoors} more` : ""}`;

/** What is lacking, for the person who is refused. */
export const sentenceOf = (lacks: readonly Lack[]): string =>
  lacks
    .map((lack) => {
      switch (lack.kind) {
        case "no_record":
          return "No acceptance record of its cabinet has arrived: commission it first.";
        case "rewired":
          return "Its cabinet is wired otherwise than it was accepted: commission it again.";
        case "failed":
          return `Did not pass: ${listed(lack.doors)}. Repair and commission again, or take them out of service.`;
        case "untested":
          return `In its layout and not tested: ${listed(lack.doors)}. Commission it again, or take them out of service.`;
        case "unknown":
          return `Tested and not in its layout: ${listed(lack.doors)}. Correct the layout.`;
      }
    })
    .join(" ");

/** Refuses `acceptance_needed` with what is lacking. */
export function demandAcceptance(station: Pick<Station, "layout" | "maintenance">, cabinet: Cabinet): void {
  if (!mayServe(station, cabinet)) throw new Refused("acceptance_needed", sentenceOf(lacksOf(station, cabinet)));
}

/** The station as it may go on: one that serves and whose cabinet is not what was accepted is suspended. */
export const held = (station: Station, cabinet: Cabinet): Station =>
  station.status !== "active" || mayServe(station, cabinet) ? station : { ...station, status: "suspended", suspendedFor: "acceptance" };
