import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import type { Moves } from "@pigeonhole/kit/moves";
import { AgeCheck, CashOnDelivery } from "@pigeonhole/reservations/conditions/contract";

// What has to happen before a parcel is given out, although its code is right (N11).

/**
 * `met`: somebody who is trusted with it attests it, and the door opens; it stays so. `over`: the parcel waits for nobody any more, nothing is asked.
 * Back to `open` when the parcel turns out to be there all the same.
 */
export const conditionStates = ["open", "met", "over"] as const;
export type ConditionState = (typeof conditionStates)[number];
export const conditionMoves: Moves<ConditionState> = { open: ["met", "over"], met: [], over: ["open"] };

/** How whoever attests it knows. Nothing of what they were shown is kept. */
export const ageMeans = ["eid", "document_seen", "identity_provider"] as const;
export const paymentMeans = ["card", "bank_transfer", "wallet", "cash"] as const;
export type Means = (typeof ageMeans)[number] | (typeof paymentMeans)[number];

const common = {
  id: z.uuid(),
  state: z.enum(conditionStates),
  /** The shop's own page where it is done. */
  url: z.string().nullable(),
  askedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Who attests it, as `actorText` writes them; null while nobody does. */
  by: z.string().nullable(),
};
/** One thing that is asked for. */
export const Condition = z
  .discriminatedUnion("kind", [
    z.object({
      ...common,
      kind: z.literal("age_check"),
      minimumAge: AgeCheck,
      /** Whose age, where somebody else collects (N7); null: the recipient's. */
      proxy: z.uuid().nullable(),
      how: z.enum(ageMeans).nullable(),
    }),
    z.object({
      ...common,
      kind: z.literal("cash_on_delivery"),
      ...CashOnDelivery.shape,
      how: z.enum(paymentMeans).nullable(),
    }),
  ])
  .openapi("Condition");
export type Condition = z.output<typeof Condition>;

/** What is attested: the very thing that was asked for, and how it is known. An operator says why they do it. */
const reason = line(300, 3).optional().openapi({ description: "Operators: why you attest it. Kept in the trail; no personal data." });
export const Attestation = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("age_check"),
      minimumAge: AgeCheck,
      proxy: z.uuid().nullable().default(null),
      how: z.enum(ageMeans),
      reason,
    }),
    z.strictObject({ kind: z.literal("cash_on_delivery"), ...CashOnDelivery.shape, how: z.enum(paymentMeans), reason }),
  ])
  .openapi("Attestation");
export type Attestation = z.output<typeof Attestation>;

export const refusals = {
  not_found: { status: 404, title: "No such parcel" },
  over: { status: 410, title: "Nobody waits for this parcel any more" },
  not_asked: { status: 404, title: "Nothing of that kind is asked for" },
  other_amount: { status: 409, title: "Another age, amount or currency is asked for" },
} as const satisfies Refusals;

const params = z.object({ parcel: z.uuid() });

/** The customer (their own and what their proxies have to prove), the shop and the carrier of the parcel, operators. */
export const list = createRoute({
  method: "get",
  path: "/parcels/{parcel}/conditions",
  operationId: "access.conditions",
  summary: "What has to happen before a parcel is given out",
  tags: ["access"],
  request: { params },
  responses: { ...always, 200: answers("conditions", z.object({ conditions: z.array(Condition) })), 404: refusal(refusals, "not_found") },
});
/**
 * Records that it has happened: a key of the parcel's shop or carrier with the scope `conditions` (which a payment or identity provider may be given alone), or
 * support with a reason. From then on the code opens. Said again it is answered the same: the first word counts, and is never taken back.
 */
export const attest = createRoute({
  method: "post",
  path: "/parcels/{parcel}/attestations",
  operationId: "access.attest",
  summary: "Attest that an age is proven or a parcel is paid",
  tags: ["access"],
  request: { params, body: json(Attestation) },
  responses: {
    ...always,
    200: answers("recorded", Condition),
    404: refusal(refusals, "not_found", "not_asked"),
    409: refusal(refusals, "other_amount"),
    410: refusal(refusals, "over"),
  },
});

/** Puts every route of this contract onto `app`. */
export const mount = (app: OpenAPIHono, on: { list: RouteHandler<typeof list>; attest: RouteHandler<typeof attest> }) =>
  app.openapi(list, on.list).openapi(attest, on.attest);
export type ConditionApi = ReturnType<typeof mount>;
