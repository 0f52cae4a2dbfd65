import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { roles, SecondCode } from "../contract.ts";

/** Codes for the day when the phone is gone, each good once. */
export const recoveryCodes = 10;

/** `begun`: a secret was made, and no code of it has been right yet. */
export const secondFactorStates = ["none", "begun", "on"] as const;
export const SecondFactor = z
  .object({
    state: z.enum(secondFactorStates),
    /** The operator's role may do nothing else before it is on. */
    isRequired: z.boolean(),
    since: z.iso.datetime().nullable(),
    recoveryCodesLeft: z.int(),
  })
  .openapi("SecondFactor");
export type SecondFactor = z.output<typeof SecondFactor>;

/** An operator, as administrators see their colleagues. */
export const Operator = z
  .object({ id: z.uuid(), email: z.string(), role: z.enum(roles), createdAt: z.iso.datetime(), hasSecondFactor: z.boolean() })
  .openapi("Operator");
export type Operator = z.output<typeof Operator>;

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  credentials_wrong: { status: 422, title: "The password is not right" },
  second_factor_wrong: { status: 422, title: "The second code is not right" },
  wrong_state: { status: 409, title: "Not possible in this state" },
  required: { status: 409, title: "This role needs a second factor" },
  own_second_factor: { status: 409, title: "Another person has to do that" },
} as const satisfies Refusals;

const code = json(z.strictObject({ code: SecondCode }));
const wrongCode = refusal(refusals, "second_factor_wrong");
const Codes = z.object({ recoveryCodes: z.array(z.string()) });

/** An operator: how their own second factor stands. Passes before it is on, too. */
export const mine = createRoute({
  method: "get",
  path: "/my/second-factor",
  operationId: "identity.secondFactor",
  summary: "Whether the operator has a second factor",
  tags: ["identity"],
  responses: { ...always, 200: answers("how it stands", SecondFactor) },
});
/** Begins, with the password once more: answers the secret, and the address that an app reads as a QR code. Begun again it is another one. */
export const begin = createRoute({
  method: "post",
  path: "/my/second-factor",
  operationId: "identity.beginSecondFactor",
  summary: "Begin with a second factor",
  tags: ["identity"],
  request: { body: json(z.strictObject({ password: z.string().max(200) })) },
  responses: {
    ...always,
    201: answers("the secret, shown once", z.object({ secret: z.string(), uri: z.string() })),
    409: refusal(refusals, "wrong_state"),
    422: refusal(refusals, "credentials_wrong"),
  },
});
/** The first right code puts it on. Answers ten recovery codes, which are shown once; other sessions of the operator end. */
export const confirm = createRoute({
  method: "post",
  path: "/my/second-factor/confirm",
  operationId: "identity.confirmSecondFactor",
  summary: "Confirm the second factor",
  tags: ["identity"],
  request: { body: code },
  responses: { ...always, 200: answers("on", Codes), 409: refusal(refusals, "wrong_state"), 422: wrongCode },
});
/** Ten new recovery codes; the former ones are dead. */
export const renewCodes = createRoute({
  method: "post",
  path: "/my/second-factor/recovery-codes",
  operationId: "identity.renewRecoveryCodes",
  summary: "Fresh recovery codes",
  tags: ["identity"],
  request: { body: code },
  responses: { ...always, 200: answers("the new ones", Codes), 409: refusal(refusals, "wrong_state"), 422: wrongCode },
});
/** Takes it off, where the role allows it. */
export const remove = createRoute({
  method: "post",
  path: "/my/second-factor/off",
  operationId: "identity.removeSecondFactor",
  summary: "Switch the second factor off",
  tags: ["identity"],
  request: { body: code },
  responses: {
    ...always,
    200: answers("off", SecondFactor),
    409: refusal(refusals, "wrong_state", "required"),
    422: wrongCode,
  },
});
/** Administrators: everybody who runs the network. */
export const listOperators = createRoute({
  method: "get",
  path: "/operators",
  operationId: "identity.listOperators",
  summary: "Operators",
  tags: ["identity"],
  responses: { ...always, 200: answers("operators", z.object({ operators: z.array(Operator) })) },
});
/** Administrators, for somebody else who has lost theirs: it is off, their sessions end, and they set up a new one when they next sign in. */
export const reset = createRoute({
  method: "post",
  path: "/operators/{operator}/second-factor/reset",
  operationId: "identity.resetSecondFactor",
  summary: "Take a lost second factor away",
  tags: ["identity"],
  request: { params: z.object({ operator: z.uuid() }), body: json(z.strictObject({ reason: line(300, 3) })) },
  responses: {
    ...always,
    200: answers("off", Operator),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "own_second_factor"),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    mine: RouteHandler<typeof mine>;
    begin: RouteHandler<typeof begin>;
    confirm: RouteHandler<typeof confirm>;
    renewCodes: RouteHandler<typeof renewCodes>;
    remove: RouteHandler<typeof remove>;
    listOperators: RouteHandler<typeof listOperators>;
    reset: RouteHandler<typeof reset>;
  },
) =>
  app
    .openapi(mine, on.mine)
    .openapi(begin, on.begin)
    .openapi(confirm, on.confirm)
    .openapi(renewCodes, on.renewCodes)
    .openapi(remove, on.remove)
    .openapi(listOperators, on.listOperators)
    .openapi(reset, on.reset);
export type SecondFactorApi = ReturnType<typeof mount>;
