import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { sizes } from "@pigeonhole/network/layout";
import { parcelStates } from "@pigeonhole/parcels/contract";

// A network of your own to try things in: the same software, its own database, a cabinet whose doors move by themselves, and a clock that
// you move. Nothing of it reaches a real door or a real person.

/** The clock is moved by this much at once at most, and so far ahead in all. Days. */
export const maxDays = { atOnce: 14, ahead: 60 } as const;
/** Sandboxes of one address within a day at most. */
export const maxPerDay = 5;

export const refusals = {
  no_sandbox: { status: 404, title: "There is no such sandbox" },
  no_room: { status: 503, title: "There are as many sandboxes as there may be" },
  too_far: { status: 422, title: "The clock cannot be moved that far" },
  not_possible: { status: 409, title: "That cannot happen at the door now" },
  not_found: { status: 404, title: "No such parcel" },
} as const satisfies Refusals;

export const Sandbox = z
  .object({
    id: z.uuid(),
    /** In place of the network's address: `{url}/api/…` is the API of your sandbox. */
    url: z.url(),
    /** Keys of a shop and of the carrier who brings its parcels, for everything. They begin with `phs_` and open nothing in the live network. */
    shopKey: z.string(),
    carrierKey: z.string(),
    /** The one station there is. */
    station: z.uuid(),
    createdAt: z.iso.datetime(),
    /** It is thrown away when nobody has asked it anything for so long. Days. */
    keptDays: z.int(),
  })
  .openapi("Sandbox");
export const SandboxState = z
  .object({
    id: z.uuid(),
    /** What time it is in the sandbox. */
    now: z.iso.datetime(),
    /** How far its clock is ahead of the true time. */
    aheadSeconds: z.int(),
    station: z.object({
      id: z.uuid(),
      /** Whether the cabinet reaches the backend. */
      isConnected: z.boolean(),
      doors: z.array(z.object({ compartment: z.int(), size: z.enum(sizes), door: z.enum(["closed", "open", "unknown"]) })),
    }),
  })
  .openapi("SandboxState");
/** What has happened at the door. */
export const Happened = z
  .object({ parcel: z.uuid(), state: z.enum(parcelStates), compartment: z.int(), now: z.iso.datetime() })
  .openapi("SandboxHappened");

const tags = ["sandbox"];
const parcel = json(z.strictObject({ parcel: z.uuid() }));

/** A sandbox of your own, ready within seconds: a shop, a carrier with a courier, a station with its cabinet, and keys. */
export const create = createRoute({
  method: "post",
  path: "/sandboxes",
  operationId: "sandbox.create",
  summary: "Make a sandbox",
  tags,
  responses: { ...always, 201: answers("your sandbox", Sandbox), 503: refusal(refusals, "no_room") },
});
/** What time it is there, and how the doors stand. */
export const get = createRoute({
  method: "get",
  path: "/sandbox",
  operationId: "sandbox.get",
  summary: "How the sandbox stands",
  tags,
  responses: { ...always, 200: answers("as it stands", SandboxState) },
});
/** Moves the clock of this sandbox forward. All that falls due meanwhile happens, in its order: reminders, expiry, webhooks. It answers when that is done. */
export const advance = createRoute({
  method: "post",
  path: "/sandbox/clock",
  operationId: "sandbox.advance",
  summary: "Let time pass",
  tags,
  request: {
    body: json(
      z
        .strictObject({
          days: z.int().min(0).max(maxDays.atOnce).optional(),
          hours: z.int().min(0).max(336).optional(),
          minutes: z.int().min(0).max(20_160).optional(),
        })
        .refine(({ days = 0, hours = 0, minutes = 0 }) => days + hours + minutes > 0, { error: "say how many days, hours or minutes" }),
    ),
  },
  responses: { ...always, 200: answers("the time has passed", SandboxState), 422: refusal(refusals, "too_far") },
});
/** The courier drives to the station with this parcel, scans it, puts it in and shuts the door. */
export const deposit = createRoute({
  method: "post",
  path: "/sandbox/deposits",
  operationId: "sandbox.deposit",
  summary: "The courier puts a parcel in",
  tags,
  request: { body: parcel },
  responses: { ...always, 200: answers("it is in", Happened), 404: refusal(refusals, "not_found"), 409: refusal(refusals, "not_possible") },
});
/** Somebody types this code at the kiosk, takes the parcel out and shuts the door. A code that the kiosk refuses is refused here, with the kiosk's own sentence and code in `kiosk`. */
export const collect = createRoute({
  method: "post",
  path: "/sandbox/collections",
  operationId: "sandbox.collect",
  summary: "The customer types the code",
  tags,
  request: {
    body: json(
      z.strictObject({
        code: z
          .string()
          .regex(/^\d{4,12}$/, { error: "4 to 12 digits" })
          .openapi({ example: "48291507" }),
      }),
    ),
  },
  responses: {
    ...always,
    200: answers("it is out", z.object({ compartment: z.int(), now: z.iso.datetime() })),
    409: refusal(refusals, "not_possible"),
  },
});
/** The courier takes out a parcel that has expired or was called back. */
export const retrieve = createRoute({
  method: "post",
  path: "/sandbox/retrievals",
  operationId: "sandbox.retrieve",
  summary: "The courier takes a parcel out",
  tags,
  request: { body: parcel },
  responses: {
    ...always,
    200: answers("it is out", Happened),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_possible"),
  },
});
/** Pulls the cabinet's network cable, or plugs it in again. The station goes on by itself; what it knows comes afterwards. */
export const network = createRoute({
  method: "put",
  path: "/sandbox/network",
  operationId: "sandbox.network",
  summary: "Cut the cabinet's network, or mend it",
  tags,
  request: { body: json(z.strictObject({ isConnected: z.boolean() })) },
  responses: { ...always, 200: answers("as it stands", SandboxState) },
});

/** Puts the routes of one sandbox onto `app`; `create` stands outside of all of them. */
export const mount = (
  app: OpenAPIHono,
  on: {
    get: RouteHandler<typeof get>;
    advance: RouteHandler<typeof advance>;
    deposit: RouteHandler<typeof deposit>;
    collect: RouteHandler<typeof collect>;
    retrieve: RouteHandler<typeof retrieve>;
    network: RouteHandler<typeof network>;
  },
) =>
  app
    .openapi(get, on.get)
    .openapi(advance, on.advance)
    .openapi(deposit, on.deposit)
    .openapi(collect, on.collect)
    .openapi(retrieve, on.retrieve)
    .openapi(network, on.network);
export type SandboxApi = ReturnType<typeof mount>;
