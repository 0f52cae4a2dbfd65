import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Candidate } from "@pigeonhole/reservations/contract";
import { refusals as parcelRefusals } from "../contract.ts";

/**
 * A parcel goes to another station than planned (N6). `proposed`: somebody else asks its customer; `agreed`: a compartment there is asked for;
 * `claimed`: one waits, for the parcel lies in a locker already; `leaving`: its code is dead and a courier takes it out; `travelling`: it is out
 * and on its way; `undoing`: what was done is being taken back; `parked`: that failed too often, and somebody has to look.
 */
export const redirectStates = [
  "proposed",
  "agreed",
  "claimed",
  "leaving",
  "travelling",
  "undoing",
  "parked",
  "done",
  "declined",
  "unanswered",
  "withdrawn",
  "refused",
  "undone",
] as const;
export type RedirectState = (typeof redirectStates)[number];
/** The moves a redirect may make; every other one is refused. Read by server and screens alike. */
export const redirectMoves: Readonly<Record<RedirectState, readonly RedirectState[]>> = {
  proposed: ["agreed", "declined", "unanswered", "withdrawn"],
  // Nothing was inside yet: the claim is at the new place at once.
  agreed: ["done", "claimed", "refused", "undoing"],
  claimed: ["leaving", "undoing"],
  leaving: ["travelling", "undoing"],
  // Called off on the way, it is expected nowhere.
  travelling: ["done", "undone"],
  // Too late to take back: it has gone there, or is on its way.
  undoing: ["undone", "done", "travelling", "parked"],
  parked: ["undoing", "done"],
  done: [],
  declined: [],
  unanswered: [],
  withdrawn: [],
  refused: [],
  undone: [],
};
/** What may be done in which state, by whom it may be done at all. `withdraw` takes back: what has been done by then is undone. */
export const redirectAllowed = {
  agree: ["proposed"],
  decline: ["proposed"],
  withdraw: ["proposed", "agreed", "claimed", "leaving"],
  retry: ["parked"],
} as const satisfies Record<string, readonly RedirectState[]>;
/** Why it ended without the parcel at its new place. */
export const redirectReasons = [
  "station_full",
  "station_unavailable",
  "perishable",
  "not_possible_now",
  "collected",
  "no_courier",
  "withdrawn",
  "cancelled",
  "failed",
] as const;
export type RedirectReason = (typeof redirectReasons)[number];

/** Hours in which the customer may agree to somebody else's proposal; no answer is no (N6). */
export const consentHours = 24;
/** So long a compartment waits at the new place for a courier to take the parcel out of the old one. Hours. */
export const takeOutHours = 72;

export const Redirect = z
  .object({
    id: z.uuid(),
    parcel: z.uuid(),
    from: z.uuid(),
    to: z.uuid(),
    state: z.enum(redirectStates),
    /** Who asked for it: `customer`, or somebody else, who needs the customer's word. */
    by: z.enum(["customer", "shop", "carrier", "courier", "operator"]),
    reason: z.enum(redirectReasons).nullable(),
    /** What the one who proposed it says. */
    note: z.string().nullable(),
    /** The parcel lay in a locker when it was agreed: until a courier takes it out, nobody can collect it. */
    isInside: z.boolean(),
    /** Until when the customer may agree; later, until when the courier has to have taken it out. */
    until: z.iso.datetime().nullable(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi("Redirect");
export type Redirect = z.output<typeof Redirect>;

export const refusals = {
  ...parcelRefusals,
  perishable: { status: 409, title: "Goods that perish are never diverted" },
  redirect_under_way: { status: 409, title: "The parcel is on its way to another station already" },
  station_full: { status: 409, title: "No free compartment that fits" },
  station_unavailable: { status: 409, title: "The station cannot be used now" },
  no_such_station: { status: 404, title: "No such station" },
} as const satisfies Refusals;

const parcel = z.object({ id: z.uuid() });
const one = z.object({ redirect: z.uuid() });
const acting = {
  ...always,
  200: answers("how it stands", Redirect),
  404: refusal(refusals, "not_found"),
  409: refusal(refusals, "wrong_state", "station_full", "station_unavailable", "perishable"),
};

/** The customer: other stations near by with room for this parcel, nearest first; none for goods that perish. */
export const places = createRoute({
  method: "get",
  path: "/parcels/{id}/places",
  operationId: "parcels.places",
  summary: "Other stations for a parcel",
  tags: ["parcels"],
  request: { params: parcel },
  responses: { ...always, 200: answers("places", z.object({ candidates: z.array(Candidate) })), 404: refusal(refusals, "not_found") },
});
/**
 * To another station. The customer's own wish is done at once; that of a shop, a carrier or an operator (support) is a proposal, to which the
 * customer agrees or not. `409` says why it is not possible.
 */
export const create = createRoute({
  method: "post",
  path: "/parcels/{id}/redirects",
  operationId: "parcels.redirect",
  summary: "Send a parcel to another station",
  tags: ["parcels"],
  request: { params: parcel, body: json(z.strictObject({ station: z.uuid(), note: line(200).nullable().default(null) })) },
  responses: {
    ...always,
    201: answers("asked for", Redirect),
    404: refusal(refusals, "not_found", "no_such_station"),
    409: refusal(refusals, "wrong_state", "perishable", "redirect_under_way", "station_full", "station_unavailable"),
  },
});
/** Whoever may see the parcel: its redirects, newest first. */
export const list = createRoute({
  method: "get",
  path: "/parcels/{id}/redirects",
  operationId: "parcels.redirects",
  summary: "A parcel's redirects",
  tags: ["parcels"],
  request: { params: parcel },
  responses: { ...always, 200: answers("redirects", z.object({ redirects: z.array(Redirect) })), 404: refusal(refusals, "not_found") },
});
/** The customer agrees to a proposal. */
export const agree = createRoute({
  method: "post",
  path: "/redirects/{redirect}/agree",
  operationId: "parcels.agreeToRedirect",
  summary: "Agree to a redirect",
  tags: ["parcels"],
  request: { params: one },
  responses: acting,
});
/** The customer says no to a proposal. */
export const decline = createRoute({
  method: "post",
  path: "/redirects/{redirect}/decline",
  operationId: "parcels.declineRedirect",
  summary: "Decline a redirect",
  tags: ["parcels"],
  request: { params: one },
  responses: acting,
});
/** What the token in the message that asks is good for (kit/token). */
export const consentPurpose = "parcels.consent";
/** In the body, so that no log of addresses has it. */
const token = z.string().regex(/^[0-9a-f]{52}$/, { error: "the end of the link in the message" });

/** What a message asks its reader: where the parcel is to go instead, until when to answer, and how it stands. */
export const Question = z
  .object({
    from: z.uuid(),
    to: z.uuid(),
    state: z.enum(redirectStates),
    isInside: z.boolean(),
    note: z.string().nullable(),
    until: z.iso.datetime().nullable(),
  })
  .openapi("RedirectQuestion");
export type Question = z.output<typeof Question>;

/** Whoever has the link of the message that asks: what it asks. No sign-in. */
export const question = createRoute({
  method: "post",
  path: "/redirect-questions",
  operationId: "parcels.redirectQuestion",
  summary: "The proposal behind a link",
  tags: ["parcels"],
  request: { body: json(z.strictObject({ token })) },
  responses: { ...always, 200: answers("the question", Question), 404: refusal(refusals, "not_found") },
});
/** The same: yes or no, as the customer would say it signed in. */
export const answerQuestion = createRoute({
  method: "post",
  path: "/redirect-answers",
  operationId: "parcels.answerRedirect",
  summary: "Answer a proposal to redirect, by its link",
  tags: ["parcels"],
  request: { body: json(z.strictObject({ token, answer: z.enum(["agree", "decline"]) })) },
  responses: {
    ...always,
    200: answers("how it stands", Question),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state", "station_full", "station_unavailable", "perishable"),
  },
});
/** Whoever asked for it, or the customer, takes it back while the parcel has not left: the code works again where it lies. */
export const withdraw = createRoute({
  method: "post",
  path: "/redirects/{redirect}/withdraw",
  operationId: "parcels.withdrawRedirect",
  summary: "Take a redirect back",
  tags: ["parcels"],
  request: { params: one },
  responses: acting,
});
/** Operators: redirects that have not ended, the oldest first: those that wait for their customer's word, for a courier, or for somebody to look. */
export const underWay = createRoute({
  method: "get",
  path: "/redirects",
  operationId: "parcels.redirectsUnderWay",
  summary: "Redirects that are under way",
  tags: ["parcels"],
  request: {
    query: z.object({ state: z.enum(redirectStates).optional(), limit: z.coerce.number().int().min(1).max(200).default(100) }),
  },
  responses: { ...always, 200: answers("under way", z.object({ redirects: z.array(Redirect) })) },
});
/** Operators (support): the cause is gone; what is left is undone now. */
export const retry = createRoute({
  method: "post",
  path: "/redirects/{redirect}/retry",
  operationId: "parcels.retryRedirect",
  summary: "Try a parked redirect again",
  tags: ["parcels"],
  request: { params: one },
  responses: acting,
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: {
    places: RouteHandler<typeof places>;
    create: RouteHandler<typeof create>;
    list: RouteHandler<typeof list>;
    agree: RouteHandler<typeof agree>;
    decline: RouteHandler<typeof decline>;
    withdraw: RouteHandler<typeof withdraw>;
    question: RouteHandler<typeof question>;
    answerQuestion: RouteHandler<typeof answerQuestion>;
    underWay: RouteHandler<typeof underWay>;
    retry: RouteHandler<typeof retry>;
  },
) =>
  app
    .openapi(places, on.places)
    .openapi(create, on.create)
    .openapi(list, on.list)
    .openapi(agree, on.agree)
    .openapi(decline, on.decline)
    .openapi(withdraw, on.withdraw)
    .openapi(question, on.question)
    .openapi(answerQuestion, on.answerQuestion)
    .openapi(underWay, on.underWay)
    .openapi(retry, on.retry);
export type RedirectApi = ReturnType<typeof mount>;
