import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { pickupReasons } from "@pigeonhole/protocol/reasons";
import { standingDigits } from "@pigeonhole/protocol/standing-form";
import { Outcome, refusals as accessRefusals } from "../contract.ts";

/** A position whose own doubt is larger says nothing, and one farther away is elsewhere. Metres. */
export const nearMetres = { doubt: 100, away: 150 } as const;

export const refusals = {
  ...accessRefusals,
  /** Neither a position near enough nor the number on the station's screen; `metres`: how far away, where a position was given. */
  not_there: { status: 403, title: "You do not seem to stand at the station" },
  visit_over: { status: 409, title: "The door was not opened for this parcel a moment ago" },
  number_wrong: { status: 422, title: "This is not the number on the station's screen now" },
} as const satisfies Refusals;

/** Where somebody says to stand: a position as their phone knows it, the number on the kiosk's start screen, or both. */
export const Standing = z.strictObject({
  position: z
    .strictObject({
      lat: z.number().min(-90).max(90),
      lon: z.number().min(-180).max(180),
      accuracyMetres: z.number().min(0).max(1_000_000),
    })
    .optional(),
  number: z
    .string()
    .regex(new RegExp(`^\\d{${standingDigits}}$`), { error: `the ${standingDigits} digits on the station's screen` })
    .optional(),
});
export type Standing = z.output<typeof Standing>;

/** What opening by phone may answer; a proxy's link has the same. */
export const openResponses = {
  ...always,
  200: answers("how it ended: opened, refused or unknown", Outcome),
  403: refusal(refusals, "not_there", "no_right"),
  404: refusal(refusals, "not_found"),
  409: refusal(refusals, "not_ready", "condition_open"),
  410: refusal(refusals, "over"),
  422: refusal(refusals, "number_wrong"),
  503: refusal(refusals, "station_unreachable"),
};

/**
 * The recipient, or the customer who ordered, standing at the station: opens the door by a signed command (N9). Typing the code and
 * showing the QR code work besides. At most five attempts in a row; one is forgiven every five minutes (429).
 */
export const open = createRoute({
  method: "post",
  path: "/parcels/{parcel}/open",
  operationId: "access.open",
  summary: "Open the door by phone",
  tags: ["access"],
  request: { params: z.object({ parcel: z.uuid() }), body: json(Standing) },
  responses: openResponses,
});

/** What somebody who collects may find wrong: nothing in the compartment, something that is not theirs, a door that will not shut, or not open. */
export const pickupProblems = [...pickupReasons, "will_not_close", "will_not_open"] as const;
export type PickupProblem = (typeof pickupProblems)[number];
/** So long after the door was opened the word of whoever stood there counts as said on the spot. Minutes. */
export const visitMinutes = 30;

/**
 * The recipient, or the customer who ordered, from their phone: something is wrong (F7). Somebody looks into the compartment, nobody else is given it
 * until then, and what was not there does not count as collected. All but `will_not_open` only within half an hour of the opening.
 */
export const problem = createRoute({
  method: "post",
  path: "/parcels/{parcel}/pickup/problem",
  operationId: "access.problem",
  summary: "What is wrong at the door",
  tags: ["access"],
  request: { params: z.object({ parcel: z.uuid() }), body: json(z.strictObject({ reason: z.enum(pickupProblems) })) },
  responses: {
    ...always,
    202: answers("somebody looks into it", z.object({})),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_ready", "visit_over"),
  },
});

/** Puts every route of this contract onto `app`. */
export const mount = (app: OpenAPIHono, on: { open: RouteHandler<typeof open>; problem: RouteHandler<typeof problem> }) =>
  app.openapi(open, on.open).openapi(problem, on.problem);
export type PhoneApi = ReturnType<typeof mount>;
