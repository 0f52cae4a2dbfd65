import type { Moves } from "@pigeonhole/kit/moves";

/** A2.6. `reserved` ends by deposit, lapse or cancellation. `quarantined`: nothing is known inside, and somebody has to look first. */
export const compartmentStates = ["available", "reserved", "occupied", "return_pending", "maintenance", "quarantined"] as const;
export type CompartmentState = (typeof compartmentStates)[number];
/** The moves a compartment may make; every other one is refused. Read by server and screens alike. */
export const compartmentMoves: Moves<CompartmentState> = {
  available: ["reserved", "maintenance", "quarantined"],
  reserved: ["occupied", "available", "return_pending", "maintenance", "quarantined"],
  occupied: ["available", "return_pending", "maintenance", "quarantined"],
  return_pending: ["available", "maintenance", "quarantined"],
  maintenance: ["available", "quarantined"],
  quarantined: ["available", "maintenance"],
};

/** `held` (checkout) → `confirmed` (ordered) → `fulfilled` (parcel inside) → `ended`. */
export const reservationStates = ["held", "confirmed", "fulfilled", "ended"] as const;
/** `moved`: it waited for a parcel from another station, whose own reservation goes on in its place. */
export const endReasons = ["cancelled", "lapsed", "collected", "returned", "station_gone", "missing", "moved"] as const;
export type ReservationState = (typeof reservationStates)[number];
/** The moves a reservation may make; every other one is refused. It ends once (I-09). */
export const reservationMoves: Moves<ReservationState> = {
  held: ["confirmed", "ended"],
  confirmed: ["fulfilled", "ended"],
  // The parcel was taken out and is expected at another station (N6).
  fulfilled: ["confirmed", "ended"],
  ended: [],
};
/** Who ordered calls it off only before the parcel is inside. */
export const cancellable: readonly ReservationState[] = ["held", "confirmed"];
