import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { Email } from "@pigeonhole/identity/contract";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Keeping } from "./archive/contract.ts";
import { Kept, UnderWay } from "./kept/contract.ts";

/** `scheduled` → `erased`, or `withdrawn` by whoever asked while it was not done. */
export const erasureStates = ["scheduled", "erased", "withdrawn"] as const;
export const erasureMoves = { scheduled: ["erased", "withdrawn"], erased: [], withdrawn: [] } as const satisfies Record<
  (typeof erasureStates)[number],
  readonly (typeof erasureStates)[number][]
>;
/** Why an erasure whose time has come is not done yet. */
export const waitReasons = ["parcel", "legal_hold"] as const;
/** A customer may change their mind for so long, unless they want it done at once. Days. */
export const undoDays = 3;
/** After that instant nothing is readable any more, in any process. Seconds. */
export const erasedWithinSeconds = 60;

/** That somebody is to be, or was, erased; names nobody. Kept as the proof of it. */
export const Erasure = z
  .object({
    id: z.uuid(),
    state: z.enum(erasureStates),
    /** As `actorText` writes it. */
    askedBy: z.string(),
    reason: z.string(),
    askedAt: z.iso.datetime(),
    dueAt: z.iso.datetime(),
    waitsFor: z.enum(waitReasons).nullable(),
    endedAt: z.iso.datetime().nullable(),
  })
  .openapi("Erasure");
export type Erasure = z.output<typeof Erasure>;

/** What must not be erased or shredded, by whose word and why. Either everything of a person or one parcel's history. */
export const LegalHold = z
  .object({
    id: z.uuid(),
    subject: z.uuid().nullable(),
    parcel: z.uuid().nullable(),
    reason: z.string(),
    placedBy: z.string(),
    placedAt: z.iso.datetime(),
    releasedBy: z.string().nullable(),
    releasedAt: z.iso.datetime().nullable(),
  })
  .openapi("LegalHold");
export type LegalHold = z.output<typeof LegalHold>;

export const MyData = z
  .object({ asOf: z.iso.datetime(), kept: z.array(Kept), underWay: z.array(UnderWay), erasure: Erasure.nullable() })
  .openapi("MyData");
export type MyData = z.output<typeof MyData>;

export const refusals = {
  nobody: { status: 404, title: "Nothing is kept of this person" },
  not_found: { status: 404, title: "Not found" },
  parcel_under_way: { status: 409, title: "A parcel is under way" },
  on_hold: { status: 409, title: "The law asks that this be kept for now" },
  asked_before: { status: 409, title: "The deletion has been asked for already" },
} as const satisfies Refusals;

const reason = line(300, 3);
const erasing = {
  ...always,
  202: answers("scheduled", Erasure),
  404: refusal(refusals, "nobody"),
  409: refusal(refusals, "parcel_under_way", "on_hold", "asked_before"),
};

/** The signed-in customer: everything that is kept of them, in clear; the screen shows it and saves it as a file. */
export const mine = createRoute({
  method: "get",
  path: "/my/data",
  operationId: "privacy.mine",
  summary: "Everything that is kept of the customer",
  tags: ["privacy"],
  responses: { ...always, 200: answers("everything", MyData) },
});
/** The signed-in customer: deletes their account and all that is known of them, after three days or at once. Refused while a parcel is under way. */
export const eraseMe = createRoute({
  method: "post",
  path: "/my/data/erasure",
  operationId: "privacy.eraseMe",
  summary: "Delete the customer's account",
  tags: ["privacy"],
  request: { body: json(z.strictObject({ atOnce: z.boolean().default(false) })) },
  responses: erasing,
});
/** The signed-in customer has changed their mind. */
export const keepMe = createRoute({
  method: "delete",
  path: "/my/data/erasure",
  operationId: "privacy.keepMe",
  summary: "Keep the account after all",
  tags: ["privacy"],
  responses: { ...always, 200: answers("withdrawn", Erasure), 404: refusal(refusals, "not_found") },
});
/** Administrators: acts on a request that came by letter or by phone, for somebody with or without an account. */
export const erase = createRoute({
  method: "post",
  path: "/erasures",
  operationId: "privacy.erase",
  summary: "Erase a person on request",
  tags: ["privacy"],
  request: { body: json(z.strictObject({ email: Email, reason })) },
  responses: erasing,
});
/** Operators: what was asked for and what was done, newest first; names nobody. */
export const erasures = createRoute({
  method: "get",
  path: "/erasures",
  operationId: "privacy.erasures",
  summary: "Erasures, newest first",
  tags: ["privacy"],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }) },
  responses: { ...always, 200: answers("erasures", z.object({ erasures: z.array(Erasure) })) },
});
/** Administrators: from now on nothing of this person, or of this parcel, is erased or shredded. */
export const hold = createRoute({
  method: "post",
  path: "/legal-holds",
  operationId: "privacy.hold",
  summary: "Hold back from erasure",
  tags: ["privacy"],
  request: {
    body: json(z.union([z.strictObject({ email: Email, reason }), z.strictObject({ parcel: z.uuid(), reason })])),
  },
  responses: { ...always, 201: answers("held", LegalHold), 404: refusal(refusals, "nobody") },
});
/** Administrators: the hold is over. Released before, it stays so. */
export const release = createRoute({
  method: "post",
  path: "/legal-holds/{hold}/release",
  operationId: "privacy.release",
  summary: "Release a hold",
  tags: ["privacy"],
  request: { params: z.object({ hold: z.uuid() }), body: json(z.strictObject({ reason })) },
  responses: { ...always, 200: answers("released", LegalHold), 404: refusal(refusals, "not_found") },
});
/** Operators: the holds there are, newest first. */
export const holds = createRoute({
  method: "get",
  path: "/legal-holds",
  operationId: "privacy.holds",
  summary: "The holds there are",
  tags: ["privacy"],
  responses: { ...always, 200: answers("holds", z.object({ holds: z.array(LegalHold) })) },
});

/** Operators: the files of the archive, newest first, or the one in which a parcel's history is; what is in them is read on the installation's machine alone. */
export const archives = createRoute({
  method: "get",
  path: "/archives",
  operationId: "privacy.archives",
  summary: "Histories that were archived",
  tags: ["privacy"],
  request: { query: z.object({ parcel: z.uuid().optional(), limit: z.coerce.number().int().min(1).max(500).default(50) }) },
  responses: { ...always, 200: answers("the archive", Keeping) },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    mine: RouteHandler<typeof mine>;
    eraseMe: RouteHandler<typeof eraseMe>;
    keepMe: RouteHandler<typeof keepMe>;
    erase: RouteHandler<typeof erase>;
    erasures: RouteHandler<typeof erasures>;
    hold: RouteHandler<typeof hold>;
    release: RouteHandler<typeof release>;
    holds: RouteHandler<typeof holds>;
    archives: RouteHandler<typeof archives>;
  },
) =>
  app
    .openapi(mine, on.mine)
    .openapi(eraseMe, on.eraseMe)
    .openapi(keepMe, on.keepMe)
    .openapi(erase, on.erase)
    .openapi(erasures, on.erasures)
    .openapi(hold, on.hold)
    .openapi(release, on.release)
    .openapi(holds, on.holds)
    .openapi(archives, on.archives);
export type PrivacyApi = ReturnType<typeof mount>;
