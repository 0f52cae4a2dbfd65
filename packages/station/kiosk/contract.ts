import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { depositReasons, pickupReasons } from "@pigeonhole/protocol/reasons";
import { powerModes } from "@pigeonhole/protocol/telemetry";
import { always, answers, json, refusal } from "@pigeonhole/kit/http";
import { refusals } from "./refusals.ts";

// What the kiosk screen says to its station. Served on loopback only, by the same origin as the page, all of it under `/api`
// (`client<KioskApi>("/api")`). Nobody signs in: who stands before the cabinet has what the cabinet's screen gives, no more.

/** Sizes that a cabinet may have, smallest first. */
export const sizes = ["small", "medium", "large", "oversized"] as const;
export type Size = (typeof sizes)[number];

/** One door as it stands in the cabinet: what `placeDoors` of the network contract answers and `Cabinet` of packages/ui draws. Millimetres from the left edge and from the floor. */
export const PlacedDoor = z
  .object({
    number: z.int().min(1),
    size: z.enum(sizes),
    column: z.int().min(0),
    xMm: z.number(),
    bottomMm: z.number(),
    widthMm: z.number(),
    heightMm: z.number(),
  })
  .openapi("PlacedDoor");
export type PlacedDoor = z.output<typeof PlacedDoor>;

/** What seldom changes: read it again when `KioskState.kioskRevision` has changed. */
export const Kiosk = z
  .object({
    station: z.uuid(),
    name: z.string(),
    /** IANA zone; times are shown in it. */
    timeZone: z.string(),
    /** BCP 47 tags, the first is the default. */
    languages: z.array(z.string()).min(1),
    /** Whom to call, as dialled, e.g. `+49 30 1234567`. Every refusal names it. */
    supportPhone: z.string(),
    cabinet: z.array(PlacedDoor),
    /** Sizes in which this station takes parcels without a reservation; empty when it takes none. */
    walkUpSizes: z.array(z.enum(sizes)),
    /** Digits of a code. */
    codeDigits: z.int(),
    /** The doors are simulated and can be moved with `kiosk.moveDoor`. */
    isSimulated: z.boolean(),
  })
  .openapi("Kiosk");
export type Kiosk = z.output<typeof Kiosk>;

/** What a door's switch said last, and when; `unknown` while its board does not answer. Never shown as live when `readAt` is old. */
export const DoorView = z
  .object({ compartment: z.int(), door: z.enum(["closed", "open", "unknown"]), readAt: z.iso.datetime().nullable() })
  .openapi("DoorView");
export type DoorView = z.output<typeof DoorView>;

/**
 * Why a door was opened. `collect`: pick-up; `deliver`: a courier's drop-off; `bring`: a walk-up deposit; `return`: a customer's parcel that
 * goes back; `retrieve`: a courier takes out what goes back; `service`: staff.
 */
export const purposes = ["collect", "deliver", "bring", "return", "retrieve", "service"] as const;
export type Purpose = (typeof purposes)[number];

/** Those that put something in: after closing, the depositor is asked whether it is in. */
const depositing = ["deliver", "bring", "return"] as const;
export type Depositing = (typeof depositing)[number];

/** Where the one visit at this cabinet stands. One door at a time. */
export const Step = z
  .discriminatedUnion("step", [
    z.object({ step: z.literal("idle") }),
    /** A code is being looked at or a lock is being fired: 2 s at most. */
    z.object({ step: z.literal("working") }),
    /** The door is open. `isLeftOpen` after 60 s: ask to close it. `said`: the depositor has told what is wrong, which is settled once it is shut. */
    z.object({
      step: z.literal("open"),
      purpose: z.enum(purposes),
      compartment: z.int(),
      openedAt: z.iso.datetime(),
      isLeftOpen: z.boolean(),
      said: z.enum(depositReasons).nullable(),
      /** How many lie there, or are being put in; more than one: they are of one person, who takes all of them (N5). */
      parcels: z.int(),
    }),
    /** The door has closed after a deposit: "is the parcel in?" Answer with `kiosk.answer`, or open it again with `kiosk.reopen`. */
    z.object({ step: z.literal("ask_parcel_in"), purpose: z.enum(depositing), compartment: z.int(), closedAt: z.iso.datetime() }),
    /** The door has closed after a courier came to take something out, and no sensor looks: "is it out?" Answer with `kiosk.answerOut`, or open it again with `kiosk.reopen`. */
    z.object({ step: z.literal("ask_parcel_out"), compartment: z.int(), closedAt: z.iso.datetime() }),
    /** A phone has brought a fresh right, or the end of one; it is in force. Leave with `kiosk.leave`; the station leaves by itself after 45 s. */
    z.object({ step: z.literal("received"), isWithdrawn: z.boolean() }),
    /** All is done. `code` is there after `bring` and is shown only here, once. Leave with `kiosk.leave`; the station leaves by itself after 45 s. */
    z.object({
      step: z.literal("done"),
      purpose: z.enum(purposes),
      compartment: z.int(),
      isStored: z.boolean(),
      code: z.string().optional(),
      expiresAt: z.iso.datetime().optional(),
      /** Until then `kiosk.reopen` opens the same door once more; null: it does not. */
      reopenUntil: z.iso.datetime().nullable(),
      /** A sensor still sees something inside after a pick-up. */
      isStillInside: z.boolean(),
      /** How many were there when the door opened, or, after a deposit, are there now. */
      parcels: z.int(),
    }),
    /** The visitor has said what is wrong, and no other door is to be had, or is needed: somebody has been told. Leave with `kiosk.leave`. */
    z.object({
      step: z.literal("reported"),
      purpose: z.enum(purposes),
      compartment: z.int(),
      reason: z.enum([...depositReasons, ...pickupReasons]),
    }),
  ])
  .openapi("KioskStep");
export type Step = z.output<typeof Step>;

/** All that changes. `revision` grows with each change; an older one never replaces a newer one. */
export const KioskState = z
  .object({
    revision: z.int(),
    /** Changes when what `kiosk.get` answers has changed (another name, another layout). */
    kioskRevision: z.int(),
    step: Step,
    doors: z.array(DoorView),
    /** Free compartments for walk-up deposits. */
    free: z.array(z.object({ size: z.enum(sizes), count: z.int() })),
    /** A door that an earlier visitor left open: the next user is told. */
    leftOpen: z.array(z.int()),
    /** From when on the keypad may be used again; null when it may be used now. Scanning works all the same. */
    keypadFreeAt: z.iso.datetime().nullable(),
    /** Deposits that the backend has not heard of: a phone can carry their receipts, see `kiosk.receipts`. */
    receipts: z.int(),
    /** Whether the station reaches the backend. Customers need not care; staff does. */
    isOnline: z.boolean(),
    /** Whoever types it on a phone stands here (N9); another one each minute. Null while no command could come. */
    standing: z.string().nullable(),
    /** On which power the station lives; `standby` and `ending`: the screen is dark. */
    power: z.enum(powerModes),
    simulated: z.object({ mains: z.boolean(), isTampered: z.boolean(), isHot: z.boolean() }).optional(),
    /** Whether the station serves, and what it may do meanwhile. */
    service: z.object({
      reason: z.enum(["preparation", "operator", "tamper", "closed", "power"]).nullable(),
      deposits: z.boolean(),
      pickups: z.boolean(),
    }),
  })
  .openapi("KioskState");
export type KioskState = z.output<typeof KioskState>;

const responses = { 400: always[400], 403: always[403], 429: always[429] };
const opens = {
  ...responses,
  200: answers("the door is open", KioskState),
  409: refusal(refusals, "not_yet", "held", "door_open"),
  410: refusal(refusals, "code_used", "code_expired", "code_replaced", "code_revoked"),
  422: refusal(refusals, "wrong_code", "not_ours"),
  429: refusal(refusals, "too_many_attempts"),
  503: refusal(refusals, "door_stuck", "cooling_down", "door_unknown", "out_of_service", "suspended"),
};

/** What this kiosk is. */
export const get = createRoute({
  method: "get",
  path: "/kiosk",
  operationId: "kiosk.get",
  responses: { ...responses, 200: answers("the kiosk", Kiosk) },
});

/** How it stands now. The same is pushed by `GET /api/kiosk/changes`: server-sent events named `state`, data a `KioskState`, one at once and one per change. */
export const state = createRoute({
  method: "get",
  path: "/kiosk/state",
  operationId: "kiosk.state",
  responses: { ...responses, 200: answers("its state", KioskState) },
});
/** Where the states are streamed, below `/api`. */
export const changesPath = "/kiosk/changes";

/** A typed code. Spaces are ignored; anything but digits is a wrong code. Counted before it is looked at. */
export const pickup = createRoute({
  method: "post",
  path: "/kiosk/pickup",
  operationId: "kiosk.pickup",
  request: { body: json(z.strictObject({ code: z.string().min(1).max(32) })) },
  responses: opens,
});

/** The receipts of those deposits as texts of QR codes, newest deposit first (docs/guides/receipts.md). */
export const receipts = createRoute({
  method: "get",
  path: "/kiosk/receipts",
  operationId: "kiosk.receipts",
  responses: { ...responses, 200: answers("pages", z.object({ pages: z.array(z.string()) })) },
});

/** What a scanner read: a pick-up QR, or a document that a phone carries (then the step is `received`). Not blocked while the keypad is. */
export const scan = createRoute({
  method: "post",
  path: "/kiosk/scan",
  operationId: "kiosk.scan",
  request: { body: json(z.strictObject({ text: z.string().min(1).max(1_024) })) },
  responses: opens,
});

/** A parcel without a reservation: the door of a free compartment of exactly this size opens. */
export const bring = createRoute({
  method: "post",
  path: "/kiosk/deposits",
  operationId: "kiosk.bring",
  request: { body: json(z.strictObject({ size: z.enum(sizes) })) },
  responses: {
    ...responses,
    200: answers("the door is open", KioskState),
    409: refusal(refusals, "no_space", "door_open"),
    503: refusal(refusals, "door_stuck", "cooling_down", "door_unknown", "out_of_service", "suspended"),
  },
});

/** The depositor's word after the door has closed. `false` frees the compartment again. */
export const answer = createRoute({
  method: "post",
  path: "/kiosk/answer",
  operationId: "kiosk.answer",
  request: { body: json(z.strictObject({ isParcelIn: z.boolean() })) },
  responses: { ...responses, 200: answers("recorded", KioskState), 409: refusal(refusals, "nothing_to_answer") },
});
/** The courier's word: it is out; it stays inside; nothing was there (somebody looks). Free, as before, or kept from everybody, durable before the answer. */
export const answerOut = createRoute({
  method: "post",
  path: "/kiosk/answer-out",
  operationId: "kiosk.answerOut",
  request: { body: json(z.strictObject({ parcel: z.enum(["out", "left", "missing"]) })) },
  responses: { ...responses, 200: answers("recorded", KioskState), 409: refusal(refusals, "nothing_to_answer") },
});

/** "Forgot something? Open again": once within two minutes of a pick-up's closing, and as long as a question is open. */
export const reopen = createRoute({
  method: "post",
  path: "/kiosk/reopen",
  operationId: "kiosk.reopen",
  responses: {
    ...responses,
    200: answers("the door is open", KioskState),
    409: refusal(refusals, "nothing_to_reopen", "door_open"),
    429: refusal(refusals, "too_many_attempts"),
    503: refusal(refusals, "door_stuck", "door_unknown", "out_of_service"),
  },
});

/**
 * "Something is wrong", one tap (N3, F7). Somebody who puts something in is given another compartment in the same visit, of those that the
 * station may give away, next larger where it did not fit; while the door stands open that waits until it is shut (`said`). Somebody who came
 * to collect and finds nothing, or not what is theirs, has not collected it. `will_not_open`: the door that was refused last.
 */
export const problem = createRoute({
  method: "post",
  path: "/kiosk/problem",
  operationId: "kiosk.problem",
  request: { body: json(z.strictObject({ reason: z.enum([...depositReasons, ...pickupReasons]) })) },
  responses: { ...responses, 200: answers("what happens now", KioskState), 409: refusal(refusals, "nothing_to_answer") },
});

/** Back to the beginning, from `done` or `reported`; in other steps nothing changes. */
export const leave = createRoute({
  method: "post",
  path: "/kiosk/leave",
  operationId: "kiosk.leave",
  responses: { ...responses, 200: answers("its state", KioskState) },
});

/** Demonstration and tests: moves a simulated door by hand. 404 at a real board. */
export const moveDoor = createRoute({
  method: "post",
  path: "/simulator/doors/{compartment}",
  operationId: "kiosk.moveDoor",
  request: {
    params: z.object({ compartment: z.coerce.number().int().min(1) }),
    body: json(z.strictObject({ door: z.enum(["closed", "open"]) })),
  },
  responses: { ...responses, 200: answers("its state", KioskState), 404: refusal(refusals, "not_found") },
});

/** Demonstration and tests: pulls the plug of a simulated cabinet, opens its enclosure, or puts it into the sun. 404 with real sensors. */
export const sense = createRoute({
  method: "post",
  path: "/simulator/sensors",
  operationId: "kiosk.sense",
  request: {
    body: json(z.strictObject({ mains: z.boolean().optional(), isTampered: z.boolean().optional(), isHot: z.boolean().optional() })),
  },
  responses: { ...responses, 200: answers("its state", KioskState), 404: refusal(refusals, "not_found") },
});

export interface Handlers {
  readonly get: RouteHandler<typeof get>;
  readonly state: RouteHandler<typeof state>;
  readonly pickup: RouteHandler<typeof pickup>;
  readonly scan: RouteHandler<typeof scan>;
  readonly receipts: RouteHandler<typeof receipts>;
  readonly bring: RouteHandler<typeof bring>;
  readonly answer: RouteHandler<typeof answer>;
  readonly answerOut: RouteHandler<typeof answerOut>;
  readonly reopen: RouteHandler<typeof reopen>;
  readonly problem: RouteHandler<typeof problem>;
  readonly leave: RouteHandler<typeof leave>;
  readonly moveDoor: RouteHandler<typeof moveDoor>;
  readonly sense: RouteHandler<typeof sense>;
}

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: Handlers) =>
  app
    .openapi(get, on.get)
    .openapi(state, on.state)
    .openapi(pickup, on.pickup)
    .openapi(scan, on.scan)
    .openapi(receipts, on.receipts)
    .openapi(bring, on.bring)
    .openapi(answer, on.answer)
    .openapi(answerOut, on.answerOut)
    .openapi(reopen, on.reopen)
    .openapi(problem, on.problem)
    .openapi(leave, on.leave)
    .openapi(moveDoor, on.moveDoor)
    .openapi(sense, on.sense);
/** What `client<KioskApi>("/api")` needs. */
export type KioskApi = ReturnType<typeof mount>;
