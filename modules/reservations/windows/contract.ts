import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { Email } from "@pigeonhole/identity/contract";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";

// How long things wait: three limits, for each shop its own within the operator's bounds, and for each person at least what they were promised (N2, A6.4).

export const services = ["standard", "prime", "business"] as const;
export type Service = (typeof services)[number];
const days = z.int().min(1).max(90);

/** A shop's or carrier's limits. Resolved when an order is placed and kept with it: what is changed later concerns later orders. */
export const Windows = z
  .strictObject({
    /** A checkout holds a compartment for so long unless it asks otherwise. */
    holdMinutes: z.int().min(1).max(60),
    /** The courier has to have dropped it off within so many days of the order. */
    deliveryDays: z.int().min(1).max(30),
    /** So many days after the deposit it can be collected, by service. */
    collectionDays: z.strictObject({ standard: days, prime: days, business: days }),
    /** So often the recipient may take more time, and by so many days each. */
    extensions: z.int().min(0).max(10),
    extensionDays: z.int().min(1).max(30),
    /** The clock stands still for so many days at most while the recipient is away. */
    vacationDays: z.int().min(0).max(60),
  })
  .openapi("Windows");
export type Windows = z.output<typeof Windows>;

/** What no shop may go beyond: the operator's. `waitDays`: from the deposit to the end with every extension, apart from times when nobody could get at it. */
export const WindowBounds = z
  .object({ collectionDays: z.int(), deliveryDays: z.int(), extensions: z.int(), vacationDays: z.int(), waitDays: z.int() })
  .openapi("WindowBounds");
export type WindowBounds = z.output<typeof WindowBounds>;

/** What of it an order keeps. `mostDays`: the operator's `waitDays` when it was placed. */
export const OrderWindows = z.object({
  collectionDays: z.int(),
  extensions: z.int(),
  extensionDays: z.int(),
  mostDays: z.int(),
  vacationDays: z.int(),
});
export type OrderWindows = z.output<typeof OrderWindows>;

/** Who may have limits of their own. */
export const ownerKinds = ["shop", "carrier"] as const;

export const refusals = {
  out_of_bounds: { status: 422, title: "Longer than this network allows" },
} as const satisfies Refusals;

const answer = z.object({ windows: Windows, bounds: WindowBounds });

/** Shops and carriers: the limits of their orders, and how far they may go. */
export const get = createRoute({
  method: "get",
  path: "/windows",
  operationId: "reservations.getWindows",
  summary: "The limits of your orders",
  tags: ["reservations"],
  responses: { ...always, 200: answers("the limits", answer) },
});
/** Shops and carriers: other limits for the orders that are placed from now on. The refusal `out_of_bounds` names the field and the bound. */
export const set = createRoute({
  method: "put",
  path: "/windows",
  operationId: "reservations.setWindows",
  summary: "Change the limits of your orders",
  tags: ["reservations"],
  request: { body: json(Windows) },
  responses: { ...always, 200: answers("the limits", answer), 422: refusal(refusals, "out_of_bounds") },
});
/** Operators: the limits of every shop and carrier that has set its own, what holds for the others, and how far all of them may go. */
export const list = createRoute({
  method: "get",
  path: "/windows/owners",
  operationId: "reservations.listWindows",
  summary: "The limits of every shop and carrier",
  tags: ["reservations"],
  responses: {
    ...always,
    200: answers(
      "the limits",
      z.object({
        owners: z.array(z.object({ kind: z.enum(ownerKinds), tenant: z.uuid(), windows: Windows })),
        usual: Windows,
        bounds: WindowBounds,
      }),
    ),
  },
});
/** Operators (support): other limits for a shop or carrier, for the orders that are placed from now on, with a reason for the audit trail. */
export const setFor = createRoute({
  method: "put",
  path: "/windows/owners/{kind}/{tenant}",
  operationId: "reservations.setWindowsFor",
  summary: "Change the limits of a shop or carrier",
  tags: ["reservations"],
  request: {
    params: z.object({ kind: z.enum(ownerKinds), tenant: z.uuid() }),
    body: json(z.strictObject({ windows: Windows, reason: line(200, 3) })),
  },
  responses: { ...always, 200: answers("the limits", answer), 422: refusal(refusals, "out_of_bounds") },
});
/** Operators (support): whatever is sent to this person has at least the window of this service; null: what was ordered. */
export const promise = createRoute({
  method: "put",
  path: "/windows/customers",
  operationId: "reservations.promiseWindow",
  summary: "Promise a customer a longer window",
  tags: ["reservations"],
  request: { body: json(z.strictObject({ email: Email, service: z.enum(services).nullable() })) },
  responses: { ...always, 200: answers("promised", z.object({ service: z.enum(services).nullable() })) },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: {
    get: RouteHandler<typeof get>;
    set: RouteHandler<typeof set>;
    list: RouteHandler<typeof list>;
    setFor: RouteHandler<typeof setFor>;
    promise: RouteHandler<typeof promise>;
  },
) => app.openapi(get, on.get).openapi(set, on.set).openapi(list, on.list).openapi(setFor, on.setFor).openapi(promise, on.promise);
export type WindowApi = ReturnType<typeof mount>;
