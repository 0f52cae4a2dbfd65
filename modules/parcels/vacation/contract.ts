import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";

/** Nobody is away for longer, as far as parcels are concerned; how long the clock stands still is each shop's to say, and may be shorter. Days. */
export const longestDays = 60;

/** Half-open; instants, so that the zone of the one who is away decides where their days begin and end. */
export const Vacation = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() }).openapi("Vacation");
export type Vacation = z.output<typeof Vacation>;

export const refusals = {
  vacation_invalid: { status: 422, title: "These days cannot be" },
} as const satisfies Refusals;

const answer = answers("when they are away", z.object({ vacation: Vacation.nullable() }));

/** The signed-in customer: when they are away. */
export const get = createRoute({
  method: "get",
  path: "/my/vacation",
  operationId: "parcels.vacation",
  summary: "When the customer is away",
  tags: ["parcels"],
  responses: { ...always, 200: answer },
});
/** What lies or comes meanwhile waits for them with its clock standing still (N8). One who is away already stays so from the day they left. */
export const set = createRoute({
  method: "put",
  path: "/my/vacation",
  operationId: "parcels.setVacation",
  summary: "Go on vacation: every clock stands still",
  tags: ["parcels"],
  request: { body: json(Vacation) },
  responses: { ...always, 200: answer, 422: refusal(refusals, "vacation_invalid") },
});
/** They are back, or do not go: from now on every clock runs. What it stood still so far is given back all the same. */
export const end = createRoute({
  method: "delete",
  path: "/my/vacation",
  operationId: "parcels.endVacation",
  summary: "Back from vacation",
  tags: ["parcels"],
  responses: { ...always, 200: answer },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: { get: RouteHandler<typeof get>; set: RouteHandler<typeof set>; end: RouteHandler<typeof end> },
) => app.openapi(get, on.get).openapi(set, on.set).openapi(end, on.end);
export type VacationApi = ReturnType<typeof mount>;
