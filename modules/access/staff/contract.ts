import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";

/** `waiting` for the other person → `approved`, and then opened once; or `refused`; or `lapsed`, when nobody decided in time. */
export const openingStates = ["waiting", "approved", "refused", "lapsed"] as const;
export type OpeningState = (typeof openingStates)[number];
export const openingMoves: Readonly<Record<OpeningState, readonly OpeningState[]>> = {
  waiting: ["approved", "refused", "lapsed"],
  approved: [],
  refused: [],
  lapsed: [],
};
/** A request can be approved for so long. Minutes. */
export const approvalMinutes = 15;
/** Requests of one station that wait at the same time, at most. */
export const maxWaiting = 20;

/** A door that staff want to open: who asked and why, who decided, and what came of it. */
export const StaffOpening = z
  .object({
    id: z.uuid(),
    station: z.uuid(),
    compartment: z.int(),
    parcel: z.uuid().nullable(),
    reason: z.string(),
    state: z.enum(openingStates),
    /** As `actorText` writes it. */
    requestedBy: z.string(),
    requestedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    /** Why it was refused. */
    note: z.string().nullable(),
    /** Three outcomes of the door (F10), or that the station could not be reached; null while the station has not answered, or nothing was sent. */
    outcome: z.enum(["opened", "refused", "unknown", "unreachable"]).nullable(),
    outcomeReason: z.string().nullable(),
  })
  .openapi("StaffOpening");
export type StaffOpening = z.output<typeof StaffOpening>;

export const refusals = {
  not_found: { status: 404, title: "No such request" },
  asked_before: { status: 409, title: "Somebody has asked to open this door already" },
  too_many_requests_wait: { status: 409, title: "Too many doors of this station wait for the second person" },
  second_person: { status: 403, title: "It takes another person to approve" },
  decided_before: { status: 409, title: "This request has been decided" },
  lapsed: { status: 410, title: "The time to approve is over" },
} as const satisfies Refusals;

const params = z.object({ opening: z.uuid() });
const reason = line(200, 3);

/** Support and administrators: asks to open a door. Nothing opens before another person has approved. */
export const request = createRoute({
  method: "post",
  path: "/stations/{station}/compartments/{compartment}/openings",
  operationId: "access.requestOpening",
  summary: "Ask for a door to be opened by staff",
  tags: ["access"],
  request: {
    params: z.object({ station: z.uuid(), compartment: z.coerce.number().int().min(1).max(999) }),
    /** `parcel`: what is believed to be inside; null: nothing. */
    body: json(z.strictObject({ parcel: z.uuid().nullable(), reason })),
  },
  responses: {
    ...always,
    201: answers("asked", StaffOpening),
    409: refusal(refusals, "asked_before", "too_many_requests_wait"),
  },
});
/** Operators: the requests, newest first. */
export const list = createRoute({
  method: "get",
  path: "/openings",
  operationId: "access.listOpenings",
  summary: "Requests to open doors",
  tags: ["access"],
  request: {
    query: z.object({
      state: z.enum(openingStates).optional(),
      station: z.uuid().optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { ...always, 200: answers("requests", z.object({ openings: z.array(StaffOpening) })) },
});
/** Support and administrators, but never whoever asked: opens the door by a signed command, once. The answer says how it ended. */
export const approve = createRoute({
  method: "post",
  path: "/openings/{opening}/approval",
  operationId: "access.approveOpening",
  summary: "Approve another person's request: the door opens",
  tags: ["access"],
  request: { params },
  responses: {
    ...always,
    200: answers("approved, with the station's answer", StaffOpening),
    403: refusal(refusals, "second_person"),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "decided_before"),
    410: refusal(refusals, "lapsed"),
  },
});
/** Support and administrators, whoever asked too: it stays shut. */
export const refuse = createRoute({
  method: "post",
  path: "/openings/{opening}/refusal",
  operationId: "access.refuseOpening",
  summary: "Refuse a request to open a door",
  tags: ["access"],
  request: { params, body: json(z.strictObject({ note: line(200, 3) })) },
  responses: {
    ...always,
    200: answers("refused", StaffOpening),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "decided_before"),
    410: refusal(refusals, "lapsed"),
  },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: {
    request: RouteHandler<typeof request>;
    list: RouteHandler<typeof list>;
    approve: RouteHandler<typeof approve>;
    refuse: RouteHandler<typeof refuse>;
  },
) => app.openapi(request, on.request).openapi(list, on.list).openapi(approve, on.approve).openapi(refuse, on.refuse);
export type StaffApi = ReturnType<typeof mount>;
