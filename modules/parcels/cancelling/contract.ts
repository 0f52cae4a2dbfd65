import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import type { Moves } from "@pigeonhole/kit/moves";
import { refusals as parcelRefusals } from "../contract.ts";

// Whoever sent a parcel calls it off: before it has left, while a courier has it, or when it lies in a locker already (A3.2).

/**
 * `asked`: it is being found out where the parcel is; `called_off`: it was in no compartment, and none is kept for it: whoever has it keeps it;
 * `leaving`: it lies in one, its code is dead, and a courier takes it out; `given_back`: a courier has it, for its sender; `too_late`: its
 * recipient came first; `lost`: somebody looked, and it was not there; `parked`: a step failed too often, and somebody has to look.
 */
export const cancellationStates = ["asked", "called_off", "leaving", "given_back", "too_late", "lost", "parked"] as const;
export type CancellationState = (typeof cancellationStates)[number];
/** The moves a cancellation may make; every other one is refused. Read by server and screens alike. */
export const cancellationMoves: Moves<CancellationState> = {
  asked: ["called_off", "leaving", "given_back", "too_late", "parked"],
  // The courier had put it in before the station heard of it.
  called_off: ["asked"],
  // On its way to another station it left its compartment; or it was to stay where it lies.
  leaving: ["asked", "given_back", "too_late", "lost"],
  given_back: [],
  // What was collected may turn out to lie there still.
  too_late: ["asked"],
  lost: ["asked", "given_back", "too_late"],
  parked: ["asked", "given_back", "too_late"],
};
/** Who waits for whom in each state: what is to be done, and by whom. Null: nothing is. */
export const cancellationOwners: Readonly<Record<CancellationState, "server" | "courier" | "operator" | null>> = {
  asked: "server",
  called_off: null,
  leaving: "courier",
  given_back: null,
  too_late: null,
  lost: null,
  parked: "operator",
};
/** In these the recipient will not get it: a shop that has been paid pays back. */
export const refundDueIn: readonly CancellationState[] = ["called_off", "given_back", "lost"];

export const Cancellation = z
  .object({
    parcel: z.uuid(),
    state: z.enum(cancellationStates),
    /** Who asked for it. */
    by: z.enum(["shop", "carrier", "operator"]),
    reason: z.string(),
    /** The recipient will not get it: what they have paid is to be paid back. */
    refundDue: z.boolean(),
    askedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .openapi("Cancellation");
export type Cancellation = z.output<typeof Cancellation>;

export const refusals = {
  ...parcelRefusals,
  not_cancelled: { status: 404, title: "This parcel has not been cancelled" },
} as const satisfies Refusals;

const parcel = z.object({ id: z.uuid() });

/**
 * The shop, or the carrier, that ordered it, or an operator (support): the parcel is not to reach its recipient, wherever it is now. Before it is in
 * a compartment the claim ends at once and the courier keeps it; in one, its code dies and a courier takes it out. `200` says how far that has come;
 * what follows comes as `parcel.cancellation` events. Asked again it answers the same.
 */
export const cancel = createRoute({
  method: "post",
  path: "/parcels/{id}/cancel",
  operationId: "parcels.cancel",
  summary: "Call a parcel off, wherever it is",
  tags: ["parcels"],
  request: { params: parcel, body: json(z.strictObject({ reason: line(200, 3) })) },
  responses: {
    ...always,
    200: answers("how it stands", Cancellation),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
  },
});
/** Whoever may see the parcel: how its cancellation stands. */
export const get = createRoute({
  method: "get",
  path: "/parcels/{id}/cancellation",
  operationId: "parcels.cancellation",
  summary: "How the cancellation of a parcel stands",
  tags: ["parcels"],
  request: { params: parcel },
  responses: { ...always, 200: answers("how it stands", Cancellation), 404: refusal(refusals, "not_found", "not_cancelled") },
});
/** Operators: cancellations that somebody has to look into, the oldest first. */
export const parked = createRoute({
  method: "get",
  path: "/cancellations/parked",
  operationId: "parcels.parkedCancellations",
  summary: "Cancellations that can neither go on nor back",
  tags: ["parcels"],
  responses: { ...always, 200: answers("parked", z.object({ cancellations: z.array(Cancellation) })) },
});
/** Operators (support): the cause is gone; it goes on now. */
export const retry = createRoute({
  method: "post",
  path: "/parcels/{id}/cancellation/retry",
  operationId: "parcels.retryCancellation",
  summary: "Go on with a cancellation that was parked",
  tags: ["parcels"],
  request: { params: parcel },
  responses: {
    ...always,
    200: answers("how it stands", Cancellation),
    404: refusal(refusals, "not_cancelled"),
    409: refusal(refusals, "wrong_state"),
  },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: {
    cancel: RouteHandler<typeof cancel>;
    get: RouteHandler<typeof get>;
    parked: RouteHandler<typeof parked>;
    retry: RouteHandler<typeof retry>;
  },
) => app.openapi(cancel, on.cancel).openapi(get, on.get).openapi(parked, on.parked).openapi(retry, on.retry);
export type CancellationApi = ReturnType<typeof mount>;
