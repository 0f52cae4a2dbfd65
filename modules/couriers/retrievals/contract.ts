import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import type { Moves } from "@pigeonhole/kit/moves";

// A retrieval: a courier takes out of a compartment what lies there and is no longer its recipient's to collect (A7.2, A8.1, N4).

/**
 * Its life. `open`: a carrier's to plan; `assigned`: on a courier's route; `opened`: its door has been opened for the courier, who has not said
 * yet what became of it; `missing`: the courier found nothing there, somebody looks; `taken_out`: the station has said so; `cancelled`: no longer
 * needed, e.g. its recipient came after all.
 */
export const retrievalStates = ["open", "assigned", "opened", "missing", "taken_out", "cancelled"] as const;
export type RetrievalState = (typeof retrievalStates)[number];
/** The moves a retrieval may make; every other one is refused. That something was taken out is a fact, whatever was planned. Read by server and screens alike. */
export const retrievalMoves: Moves<RetrievalState> = {
  open: ["assigned", "opened", "missing", "taken_out", "cancelled"],
  assigned: ["open", "opened", "missing", "taken_out", "cancelled"],
  opened: ["open", "missing", "taken_out", "cancelled"],
  missing: ["open", "taken_out", "cancelled"],
  taken_out: [],
  cancelled: [],
};
/** Why it has to come out. `returned`: a customer's parcel on its way back; `redirected`: it goes to another station; `recalled`: its sender wants it back. */
export const retrievalReasons = ["expired", "returned", "redirected", "decommissioned", "recalled"] as const;
export type RetrievalReason = (typeof retrievalReasons)[number];
/** Why a courier left it inside. `no_word`: the door was opened and closed, and nobody said anything afterwards. */
export const retrievalProblems = ["no_room", "no_time", "door_stuck", "wrong_parcel", "no_word", "other"] as const;
export type RetrievalProblem = (typeof retrievalProblems)[number];
/** What a courier may give as a reason. */
export const leaveReasons = ["no_room", "no_time", "door_stuck", "wrong_parcel", "other"] as const satisfies readonly RetrievalProblem[];

/** What may be done in which state. */
export const allowed = {
  assign: ["open", "assigned"],
  open: ["assigned", "opened"],
  takenOut: ["opened"],
  notThere: ["opened"],
  leave: ["assigned", "opened"],
} as const satisfies Record<string, readonly RetrievalState[]>;
/** What was needed so long ago and still lies there is overdue: somebody asks whose task it is. Hours. */
export const overdueHours = 48;
/** Retrievals of one request or answer at most. */
export const maxRetrievals = 500;

/** How the last opening for it ended. Three outcomes; after `unknown` the courier looks at the door. */
const Attempt = z.object({
  outcome: z.enum(["opened", "refused", "unknown"]),
  /** The station's reason, when refused. */
  reason: z.string().nullable(),
  doorClosed: z.boolean(),
});

export const Retrieval = z
  .object({
    id: z.uuid(),
    parcel: z.uuid(),
    /** Twelve digits, as on the parcel. */
    number: z.string(),
    station: z.uuid(),
    compartment: z.int(),
    reason: z.enum(retrievalReasons),
    state: z.enum(retrievalStates),
    /** Short name of the carrier whose task it is; null: an operator has to hand it to one. */
    carrier: z.string().nullable(),
    /** The route that it is on, while it is on one. */
    route: z.uuid().nullable(),
    neededAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    /** Why it was left inside the last time. */
    problem: z.enum(retrievalProblems).nullable(),
    attempt: Attempt.nullable(),
  })
  .openapi("Retrieval");
export type Retrieval = z.output<typeof Retrieval>;

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  wrong_state: { status: 409, title: "Not possible in this state" },
  door_open: { status: 409, title: "The door is still open" },
  no_right: { status: 403, title: "No right to open this compartment" },
  no_such_carrier: { status: 422, title: "No such carrier" },
  station_unreachable: { status: 503, title: "The station cannot be reached" },
} as const satisfies Refusals;

const params = z.object({ id: z.uuid() });
const acting = {
  ...always,
  200: answers("how it stands", Retrieval),
  404: refusal(refusals, "not_found"),
  409: refusal(refusals, "wrong_state", "door_open"),
  503: refusal(refusals, "station_unreachable"),
};

/** Carriers: what is theirs to take out; operators: everybody's. The oldest first; those that have ended only when asked for by state. */
export const list = createRoute({
  method: "get",
  path: "/retrievals",
  operationId: "couriers.listRetrievals",
  summary: "What is to be taken out of stations",
  tags: ["couriers"],
  request: {
    query: z.object({
      station: z.uuid().optional(),
      parcel: z.uuid().optional(),
      state: z.enum(retrievalStates).optional(),
      limit: z.coerce.number().int().min(1).max(maxRetrievals).default(100),
    }),
  },
  responses: { ...always, 200: answers("retrievals", z.object({ retrievals: z.array(Retrieval) })) },
});
/** Carriers: puts retrievals onto a route of theirs that is not done; a station that is no stop yet becomes the last one. Those of a whole station, or these. */
export const assign = createRoute({
  method: "post",
  path: "/routes/{id}/retrievals",
  operationId: "couriers.assignRetrievals",
  summary: "Put retrievals onto a route",
  tags: ["couriers"],
  request: {
    params,
    body: json(
      z.union([z.strictObject({ station: z.uuid() }), z.strictObject({ retrievals: z.array(z.uuid()).min(1).max(maxRetrievals) })]),
    ),
  },
  responses: {
    ...always,
    200: answers("what of the route is to be taken out", z.object({ retrievals: z.array(Retrieval) })),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
  },
});
/** Operators (support): another carrier takes it out. */
export const hand = createRoute({
  method: "put",
  path: "/retrievals/{id}/carrier",
  operationId: "couriers.handRetrieval",
  summary: "Give a retrieval to another carrier",
  tags: ["couriers"],
  request: { params, body: json(z.strictObject({ carrier: line(40) })) },
  responses: {
    ...always,
    200: answers("handed over", Retrieval),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
    422: refusal(refusals, "no_such_carrier"),
  },
});
/** The courier on whose active route it is, standing at the station: its door opens. One door at a time: the station refuses while another is open. */
export const open = createRoute({
  method: "post",
  path: "/retrievals/{id}/open",
  operationId: "couriers.openRetrieval",
  summary: "Open the door of a parcel that is to be taken out",
  tags: ["couriers"],
  request: { params, headers: idempotencyKey },
  responses: acting,
});
/** The courier's word that it is out, after the door has closed; the station records it and the compartment is free. */
export const takenOut = createRoute({
  method: "post",
  path: "/retrievals/{id}/taken-out",
  operationId: "couriers.takenOut",
  summary: "The parcel is out and the door is shut",
  tags: ["couriers"],
  request: { params },
  responses: acting,
});
/** The courier found nothing there. The compartment is given to nobody before somebody has looked. */
export const notThere = createRoute({
  method: "post",
  path: "/retrievals/{id}/not-there",
  operationId: "couriers.notThere",
  summary: "There was nothing in the compartment",
  tags: ["couriers"],
  request: { params },
  responses: acting,
});
/** The courier leaves it inside, with why: it is the carrier's to plan again. */
export const leave = createRoute({
  method: "post",
  path: "/retrievals/{id}/leave",
  operationId: "couriers.leaveRetrieval",
  summary: "Leave the parcel inside, and why",
  tags: ["couriers"],
  request: { params, body: json(z.strictObject({ reason: z.enum(leaveReasons) })) },
  responses: acting,
});
/**
 * Modules only: something in a compartment has to be taken out. Asked again while the retrieval of this parcel lives it is the same one; where
 * a fact can say it, `parcels.recalled` does (parcels/events.ts): this one is for what is not known by a fact.
 */
export const need = createRoute({
  method: "post",
  path: "/internal/retrievals",
  operationId: "couriers.needRetrieval",
  tags: ["internal"],
  request: {
    body: json(
      z.strictObject({
        parcel: z.uuid(),
        number: z.string().regex(/^\d{12}$/),
        reservation: z.uuid().nullable(),
        owner: z.string().max(80),
        carrier: z.string().max(40).nullable(),
        station: z.uuid(),
        compartment: z.int().min(1).max(999),
        reason: z.enum(retrievalReasons),
      }),
    ),
  },
  responses: { ...always, 200: answers("the retrieval", Retrieval) },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    list: RouteHandler<typeof list>;
    assign: RouteHandler<typeof assign>;
    hand: RouteHandler<typeof hand>;
    open: RouteHandler<typeof open>;
    takenOut: RouteHandler<typeof takenOut>;
    notThere: RouteHandler<typeof notThere>;
    leave: RouteHandler<typeof leave>;
    need: RouteHandler<typeof need>;
  },
) =>
  app
    .openapi(list, on.list)
    .openapi(assign, on.assign)
    .openapi(hand, on.hand)
    .openapi(open, on.open)
    .openapi(takenOut, on.takenOut)
    .openapi(notThere, on.notThere)
    .openapi(leave, on.leave)
    .openapi(need, on.need);
export type RetrievalApi = ReturnType<typeof mount>;
