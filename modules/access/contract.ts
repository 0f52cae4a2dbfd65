import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import type { Moves } from "@pigeonhole/kit/moves";
import { Answer, Ask, DeadCode, Desired, Envelope, Grant } from "@pigeonhole/protocol/messages";
import { depositReasons } from "@pigeonhole/protocol/reasons";
import { SigningKeys } from "@pigeonhole/protocol/signing-keys";
import { Condition } from "./conditions/contract.ts";

/** `issued` (not yet usable) → `active` → `used | expired | revoked | replaced`. Read by server and screens alike. */
export const grantStates = ["issued", "active", "used", "expired", "revoked", "replaced"] as const;
export type GrantState = (typeof grantStates)[number];
export const grantMoves: Moves<GrantState> = {
  issued: ["active", "used", "revoked", "replaced", "expired"],
  active: ["used", "expired", "revoked", "replaced"],
  used: [],
  expired: [],
  revoked: [],
  replaced: [],
};

/** What the recipient needs at the station. `code` in clear: for the recipient alone, never in lists, never for staff (I-40). */
export const Pickup = z
  .object({
    parcel: z.uuid(),
    station: z.uuid(),
    compartment: z.int(),
    code: z.string(),
    qr: z.string(),
    /** For a station that has no network: tells it of this code, and that older ones are dead (docs/guides/receipts.md). Shown as a QR code. */
    carried: z.string().nullable(),
    generation: z.int(),
    expiresAt: z.iso.datetime(),
    /** Other parcels of the same recipient in this compartment, or on their way into it: the same code opens for all of them (N5). */
    together: z.array(z.uuid()),
    /** What has to happen before the code opens (N11). */
    missing: z.array(Condition),
  })
  .openapi("Pickup");

/**
 * What a courier's phone shows a station without a network: `qr` opens the compartment, to put something in (`dropoff`) or to take it out
 * (`collection`); `carried`, if it has not heard of the parcel yet, before that.
 */
export const CourierRight = z
  .object({
    kind: z.enum(["dropoff", "collection"]),
    parcel: z.uuid(),
    station: z.uuid(),
    compartment: z.int(),
    qr: z.string(),
    carried: z.array(z.string()).max(2),
    expiresAt: z.iso.datetime(),
  })
  .openapi("CourierRight");
export type CourierRight = z.output<typeof CourierRight>;
/** Rights of one question at most. */
export const maxCourierRights = 500;

export const refusals = {
  not_found: { status: 404, title: "No such parcel" },
  not_ready: { status: 409, title: "The parcel is not in the locker yet" },
  over: { status: 410, title: "The parcel can no longer be collected with a code" },
  reissued_too_often: { status: 429, title: "Too many new codes" },
  no_right: { status: 403, title: "No right to open this compartment" },
  condition_open: { status: 409, title: "Something is missing before this door opens" },
  moving: { status: 409, title: "The right is just moving to another compartment" },
  too_many_openings: { status: 429, title: "The signer signs no more openings for a while" },
  rotation_under_way: { status: 409, title: "A change of the signing key is under way" },
  station_unreachable: { status: 503, title: "The station cannot be reached" },
} as const satisfies Refusals;

/** Three outcomes of a remote command (F10); `refused` names the station's reason. */
export const Outcome = z
  .object({
    command: z.uuid(),
    outcome: z.enum(["opened", "done", "refused", "unknown"]),
    reason: z.string().nullable(),
    /** Of a drop-off: so many parcels of the same recipient are in the compartment already, and this one goes in beside them (N5). */
    beside: z.int().optional(),
  })
  .openapi("Outcome");
export type Outcome = z.output<typeof Outcome>;

const parcel = z.object({ parcel: z.uuid() });

/** The recipient's (or ordering customer's) code and QR. */
export const pickup = createRoute({
  method: "get",
  path: "/parcels/{parcel}/pickup",
  operationId: "access.pickup",
  summary: "The code and the QR code that open the door",
  tags: ["access"],
  request: { params: parcel },
  responses: {
    ...always,
    200: answers("code and QR", Pickup),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_ready"),
    410: refusal(refusals, "over"),
  },
});
/** Kills the old code and sends a fresh one (A5.3). Recipient, shop, carrier or support; only the recipient sees it in the answer of `pickup`. */
export const reissue = createRoute({
  method: "post",
  path: "/parcels/{parcel}/pickup/reissue",
  operationId: "access.reissue",
  summary: "Send a fresh code and kill the old one",
  tags: ["access"],
  request: { params: parcel },
  responses: {
    ...always,
    202: answers("a fresh code is on its way", z.object({ generation: z.int() })),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_ready"),
    410: refusal(refusals, "over"),
    429: refusal(refusals, "reissued_too_often"),
  },
});
/**
 * What couriers' module may ask for in a courier's name. `dropoff`: `open`, then `attest_deposit` (it is in) or `release` (it is not).
 * `collection`: `open`, then `attest_retrieval` (it is out), `attest_missing` (nothing was there) or `release` (it stays inside).
 */
export const CommandWish = z.strictObject({
  action: z.enum(["open", "attest_deposit", "attest_retrieval", "attest_missing", "release"]),
  purpose: z.enum(["dropoff", "collection"]),
  parcel: z.uuid(),
  actor: z.string().max(80),
  /** Of a release: what the courier found wrong. */
  reason: z.enum(depositReasons).optional(),
  /** Where the asker believes the right to be. */
  at: z.strictObject({ station: z.uuid(), compartment: z.int() }).optional(),
});
export type CommandWish = z.output<typeof CommandWish>;
/** Couriers' module only: opens the parcel's compartment by remote command on behalf of `actor`, or records the courier's word. */
export const command = createRoute({
  method: "post",
  path: "/internal/access/commands",
  operationId: "access.command",
  tags: ["internal"],
  request: {
    body: json(CommandWish),
  },
  responses: {
    ...always,
    200: answers("the station's answer", Outcome),
    403: refusal(refusals, "no_right"),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "moving"),
    503: refusal(refusals, "station_unreachable"),
  },
});
const spot = z.strictObject({ station: z.uuid(), compartment: z.int() });
/**
 * Couriers' module only: a claim has moved, or (without `to`) the word that its parcel was in is taken back; the rights are to be there before the
 * courier's next scan. The facts of it do the same, later.
 */
export const follow = createRoute({
  method: "post",
  path: "/internal/access/parcels/{parcel}/follow",
  operationId: "access.follow",
  tags: ["internal"],
  request: {
    params: parcel,
    body: json(z.strictObject({ reservation: z.uuid().nullable(), from: spot, to: spot.nullable() })),
  },
  responses: { ...always, 200: answers("the rights are there", z.object({})) },
});
/** Couriers' module only: tokens for the parcels of an active route. What may not be dropped off or taken out is left out. */
export const courierRights = createRoute({
  method: "post",
  path: "/internal/access/courier-rights",
  operationId: "access.courierRights",
  tags: ["internal"],
  request: {
    body: json(z.strictObject({ wanted: z.array(CourierRight.pick({ kind: true, parcel: true }).strict()).max(maxCourierRights) })),
  },
  responses: { ...always, 200: answers("rights", z.object({ rights: z.array(CourierRight) })) },
});
/** Modules only: the grants and dead codes that a station has to know. */
export const grantsOf = createRoute({
  method: "get",
  path: "/internal/access/stations/{station}/grants",
  operationId: "access.grantsOf",
  tags: ["internal"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: {
    ...always,
    200: answers("grants", z.object({ grants: z.array(Grant), deadCodes: z.array(DeadCode), signingKeys: SigningKeys })),
  },
});
/** Modules only: decides a question from the kiosk. A yes uses nothing up: the opening does, when the station tells of it. */
export const decide = createRoute({
  method: "post",
  path: "/internal/access/stations/{station}/decisions",
  operationId: "access.decide",
  tags: ["internal"],
  request: { params: z.object({ station: z.uuid() }), body: json(Ask) },
  responses: { ...always, 200: answers("decision", Answer) },
});
/** Modules only: signs a command that was written down here and is allowed now. The caller says which, and its number; nothing else. */
export const sign = createRoute({
  method: "post",
  path: "/internal/access/signatures",
  operationId: "access.sign",
  tags: ["internal"],
  request: {
    body: json(z.strictObject({ command: z.uuid(), station: z.uuid(), epoch: z.int().min(1), seq: z.int().min(1) })),
  },
  responses: {
    ...always,
    200: answers("the signed command", Envelope),
    403: refusal(refusals, "no_right"),
    404: refusal(refusals, "not_found"),
    429: refusal(refusals, "too_many_openings"),
  },
});
/** Modules only: signs a desired document whose every right is held here, as it stands now. */
export const signDesired = createRoute({
  method: "post",
  path: "/internal/access/signatures/desired",
  operationId: "access.signDesired",
  tags: ["internal"],
  request: { body: json(Desired) },
  responses: { ...always, 200: answers("the signed document", Envelope), 403: refusal(refusals, "no_right") },
});
/** Modules only: the keys that stations are to trust now. */
export const keys = createRoute({
  method: "get",
  path: "/internal/access/keys",
  operationId: "access.keys",
  tags: ["internal"],
  responses: { ...always, 200: answers("the keys", SigningKeys) },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    pickup: RouteHandler<typeof pickup>;
    reissue: RouteHandler<typeof reissue>;
    command: RouteHandler<typeof command>;
    follow: RouteHandler<typeof follow>;
    courierRights: RouteHandler<typeof courierRights>;
    grantsOf: RouteHandler<typeof grantsOf>;
    decide: RouteHandler<typeof decide>;
    sign: RouteHandler<typeof sign>;
    signDesired: RouteHandler<typeof signDesired>;
    keys: RouteHandler<typeof keys>;
  },
) =>
  app
    .openapi(pickup, on.pickup)
    .openapi(reissue, on.reissue)
    .openapi(command, on.command)
    .openapi(follow, on.follow)
    .openapi(courierRights, on.courierRights)
    .openapi(grantsOf, on.grantsOf)
    .openapi(decide, on.decide)
    .openapi(sign, on.sign)
    .openapi(signDesired, on.signDesired)
    .openapi(keys, on.keys);
export type AccessApi = ReturnType<typeof mount>;
