import { wayBetween } from "@pigeonhole/kit/moves";
import { parcelMoves, parcelStates, type ParcelState } from "./contract.ts";

/** Which signed entry of which station's log shows it. */
export interface Proof {
  readonly station: string;
  readonly epoch: number;
  readonly seq: number;
}

/**
 * What other modules tell of a parcel. `deposited` and `collected` are physical facts, told by the station; the others are plans. News may
 * come in any order: each kind says by itself what it changes.
 */
export type News =
  | { readonly kind: "shipped"; readonly at: string; readonly actor: string }
  | { readonly kind: "ended"; readonly at: string }
  | { readonly kind: "deposited"; readonly at: string; readonly actor: string; readonly compartment: number; readonly proof: Proof }
  | { readonly kind: "ready"; readonly at: string; readonly expiresAt: string }
  | { readonly kind: "collected"; readonly at: string; readonly proof: Proof }
  | { readonly kind: "retrieved"; readonly at: string; readonly actor: string; readonly proof: Proof | null }
  /**
   * Taken out to go to another station, or never in it, by the courier's own word; without a proof where the new place is known before the old
   * one has said so.
   */
  | { readonly kind: "left"; readonly at: string; readonly actor: string | null; readonly proof: Proof | null }
  | { readonly kind: "missed"; readonly at: string; readonly proof: Proof | null }
  | { readonly kind: "found"; readonly at: string; readonly actor: string }
  | { readonly kind: "expired"; readonly at: string };

/** What of a parcel decides. */
export interface Known {
  readonly state: ParcelState;
  readonly expiresAt: string | null;
}

/** What follows: states to go through, one after the other, and the end of the window, if it is another one. */
export interface Step {
  readonly through: readonly ParcelState[];
  readonly expiresAt: string | null;
}

/** In which order a time line tells the states: clocks of backend and stations differ a little, the order of things does not. */
export const timelineOrder: readonly ParcelState[] = [
  "reserved",
  "shipped",
  "cancelled",
  "delivered",
  "stored",
  "expired",
  "collected",
  "missing",
  "returned",
];

/** Only somebody's own word says that it is missing: nothing that follows from other news passes through that. */
const straight = { ...parcelMoves };
for (const from of parcelStates) straight[from] = parcelMoves[from].filter((to) => to !== "missing");

/** The shortest way by `parcelMoves`, without the start; undefined when there is none. */
export const wayTo = (from: ParcelState, to: ParcelState): readonly ParcelState[] | undefined => wayBetween(straight, from, to);

const isUnderWay = (state: ParcelState): boolean => state === "reserved" || state === "shipped";

/** A physical fact beats a plan; a plan that comes too late changes nothing; nothing is refused for having come out of order. */
export function hear(parcel: Known, news: News): Step {
  const stay: Step = { through: [], expiresAt: parcel.expiresAt };
  switch (news.kind) {
    case "shipped":
      return parcel.state === "reserved" ? { ...stay, through: ["shipped"] } : stay;
    case "ended":
      return isUnderWay(parcel.state) ? { ...stay, through: ["cancelled"] } : stay;
    case "deposited": {
      if (!isUnderWay(parcel.state) && parcel.state !== "cancelled") return stay;
      // The code may be live before this fact has reached us: then its window is known already.
      return { ...stay, through: parcel.expiresAt === null ? ["delivered"] : ["delivered", "stored"] };
    }
    case "ready": {
      if (parcel.state === "collected" || parcel.state === "returned" || parcel.state === "expired") return stay;
      return { through: parcel.state === "delivered" ? ["stored"] : [], expiresAt: news.expiresAt };
    }
    case "collected":
      return { ...stay, through: wayTo(parcel.state, "collected") ?? [] };
    case "retrieved":
      return { ...stay, through: wayTo(parcel.state, "returned") ?? [] };
    case "left":
      return parcel.state === "delivered" || parcel.state === "stored" ? { through: ["shipped"], expiresAt: null } : stay;
    case "missed":
      return parcelMoves[parcel.state].includes("missing") ? { ...stay, through: ["missing"] } : stay;
    case "found":
      return parcel.state === "missing" ? { ...stay, through: ["stored"] } : stay;
    case "expired":
      return parcel.state === "stored" && parcel.expiresAt !== null && new Date(parcel.expiresAt) <= new Date(news.at)
        ? { ...stay, through: ["expired"] }
        : stay;
  }
}
