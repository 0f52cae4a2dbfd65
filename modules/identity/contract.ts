import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, idempotencyKey, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Refused } from "@pigeonhole/kit/refused";
import { Kept, personRequest } from "@pigeonhole/privacy/kept/contract";
import type { Context } from "hono";

/** What an operator may do: `viewer` looks, `support` also resends codes and inspects, `admin` also changes stations, tenants and keys. None makes codes (A10.2). */
export const roles = ["viewer", "support", "admin"] as const;
export type Role = (typeof roles)[number];

/** What an API key may be used for. */
export const scopes = ["reservations", "parcels", "routes", "couriers", "webhooks", "conditions"] as const;
export type Scope = (typeof scopes)[number];

/** Who makes a request. `tenant` is the shop's or carrier's id, `slug` its short name; a courier belongs to the carrier with that short name. */
export type Actor =
  | { readonly kind: "customer"; readonly id: string; readonly email: string }
  | { readonly kind: "courier"; readonly id: string; readonly tenant: string; readonly carrier: string }
  | { readonly kind: "operator"; readonly id: string; readonly role: Role }
  | { readonly kind: "shop"; readonly tenant: string; readonly slug: string; readonly keyId: string; readonly scopes: readonly Scope[] }
  | { readonly kind: "carrier"; readonly tenant: string; readonly slug: string; readonly keyId: string; readonly scopes: readonly Scope[] }
  | { readonly kind: "module"; readonly name: string };

/**
 * Finds out who makes the request and lets only the given kinds pass. Throws Refused `not_signed_in` or `not_allowed`. Handlers check
 * scopes with `requireScope` and roles with `requireRole`.
 */
export type Who = <K extends Actor["kind"]>(c: Context, ...kinds: [K, ...K[]]) => Promise<Extract<Actor, { kind: K }>>;

/** How an actor is written into logs, audit and ownership columns: kind and id, no personal data. */
export const actorText = (actor: Actor): string => {
  switch (actor.kind) {
    case "shop":
    case "carrier":
      return `${actor.kind}:${actor.tenant}`;
    case "module":
      return `module:${actor.name}`;
    default:
      return `${actor.kind}:${actor.id}`;
  }
};

/** Throws Refused `not_allowed` unless the API key was given this scope. */
export function requireScope(actor: { readonly scopes: readonly Scope[] }, scope: Scope): void {
  if (!actor.scopes.includes(scope)) throw new Refused("not_allowed", `This API key lacks the scope ${scope}.`);
}

/** Throws Refused `not_allowed` unless the operator has at least this role; each role includes those before it. */
export function requireRole(actor: { readonly role: Role }, least: Role): void {
  if (roles.indexOf(actor.role) < roles.indexOf(least)) throw new Refused("not_allowed", `This takes the role ${least}.`);
}

/** Lets only one of our modules pass. Throws Refused `not_allowed`. */
export function requireModule(actor: { readonly name: string }, name: string): void {
  if (actor.name !== name) throw new Refused("not_allowed", `Only ${name} may ask this.`);
}

/** What is typed at the second step of signing in: six digits from the app, or a recovery code in whatever writing. */
export const SecondCode = z
  .string()
  .transform((text) => text.replaceAll(/[\s-]/g, "").toUpperCase())
  .pipe(z.string().regex(/^(\d{6}|[A-Z2-7]{10})$/, { error: "six digits from the app, or a recovery code" }))
  .openapi({ type: "string", example: "492039" });

/** Compared without regard to case and to spaces that phones put around it. */
export const Email = z.string().trim().toLowerCase().max(254).pipe(z.email()).openapi({ type: "string", format: "email" });
/** E.164, e.g. +37251234567. */
export const Phone = z.string().regex(/^\+[1-9]\d{6,14}$/, { error: "a phone number in international form, e.g. +37251234567" });
export const languages = ["en", "de", "et", "lv", "lt"] as const;

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  code_wrong: { status: 422, title: "The code is not right" },
  code_expired: { status: 410, title: "The code has expired" },
  credentials_wrong: { status: 422, title: "Name or password is not right" },
  second_factor_needed: { status: 422, title: "The code of the second factor is needed" },
  second_factor_wrong: { status: 422, title: "The second code is not right" },
  already_exists: { status: 409, title: "This name is taken" },
} as const satisfies Refusals;

export const Session = z
  .object({
    kind: z.enum(["customer", "courier", "operator"]),
    id: z.uuid(),
    /** E-mail of a customer or operator, user name of a courier. */
    name: z.string(),
    role: z.enum(roles).nullable(),
    tenant: z.uuid().nullable(),
    expiresAt: z.iso.datetime(),
    /** An operator whose role needs a second factor and who has none yet: nothing else is served before it is on. */
    lacksSecondFactor: z.boolean(),
  })
  .openapi("Session");
export type Session = z.output<typeof Session>;

export const Tenant = z.object({ id: z.uuid(), kind: z.enum(["shop", "carrier"]), slug: z.string(), name: z.string() }).openapi("Tenant");
export const ApiKey = z
  .object({
    id: z.uuid(),
    tenant: z.uuid(),
    name: z.string(),
    scopes: z.array(z.enum(scopes)),
    createdAt: z.iso.datetime(),
    revokedAt: z.iso.datetime().nullable(),
  })
  .openapi("ApiKey");
export const Courier = z.object({ id: z.uuid(), tenant: z.uuid(), username: z.string(), name: z.string() }).openapi("Courier");

const name = line(120);
const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{1,39}$/, { error: "2 to 40 lower-case letters, digits or hyphens" });
const password = z.string().min(10).max(200);
const id = z.object({ id: z.uuid() });

/** Sends a six-digit code by e-mail; answers the same whether the address is known or not. */
export const requestCode = createRoute({
  method: "post",
  path: "/sign-in-codes",
  operationId: "identity.requestCode",
  summary: "Send a sign-in code to a customer",
  tags: ["identity"],
  request: { body: json(z.strictObject({ email: Email, language: z.enum(languages).default("en") })) },
  responses: { ...always, 202: answers("sent", z.object({ expiresAt: z.iso.datetime() })) },
});
/** Signs in; sets the session cookie. */
export const signIn = createRoute({
  method: "post",
  path: "/sessions",
  operationId: "identity.signIn",
  summary: "Sign in",
  tags: ["identity"],
  request: {
    body: json(
      z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("customer"), email: Email, code: z.string().regex(/^\d{6}$/, { error: "six digits" }) }),
        z.strictObject({ kind: z.literal("courier"), carrier: slug, username: slug, password: z.string().max(200) }),
        // The code of the second factor, where the operator has one.
        z.strictObject({ kind: z.literal("operator"), email: Email, password: z.string().max(200), code: SecondCode.optional() }),
      ]),
    ),
  },
  responses: {
    ...always,
    201: answers("signed in", Session),
    410: refusal(refusals, "code_expired"),
    422: refusal(refusals, "code_wrong", "credentials_wrong", "second_factor_needed", "second_factor_wrong"),
  },
});
/** Every page asks it first: that nobody is signed in is an answer like another, no refusal. */
export const session = createRoute({
  method: "get",
  path: "/sessions/current",
  operationId: "identity.session",
  summary: "Who is signed in",
  tags: ["identity"],
  responses: { ...always, 200: answers("who is signed in", Session), 204: { description: "nobody is signed in" } },
});
export const signOut = createRoute({
  method: "delete",
  path: "/sessions/current",
  operationId: "identity.signOut",
  summary: "Sign out",
  tags: ["identity"],
  responses: { ...always, 204: { description: "signed out" } },
});
export const createTenant = createRoute({
  method: "post",
  path: "/tenants",
  operationId: "identity.createTenant",
  summary: "Create a shop or a carrier",
  tags: ["identity"],
  request: { body: json(z.strictObject({ kind: z.enum(["shop", "carrier"]), slug, name })) },
  responses: { ...always, 201: answers("created", Tenant), 409: refusal(refusals, "already_exists") },
});
export const listTenants = createRoute({
  method: "get",
  path: "/tenants",
  operationId: "identity.listTenants",
  summary: "Shops and carriers",
  tags: ["identity"],
  responses: { ...always, 200: answers("tenants", z.object({ tenants: z.array(Tenant) })) },
});
/** The key itself is shown in this answer and never again. */
export const createKey = createRoute({
  method: "post",
  path: "/tenants/{id}/keys",
  operationId: "identity.createKey",
  summary: "Create an API key",
  tags: ["identity"],
  request: { params: id, headers: idempotencyKey, body: json(z.strictObject({ name, scopes: z.array(z.enum(scopes)).min(1) })) },
  responses: { ...always, 201: answers("created", ApiKey.extend({ secret: z.string() })), 404: refusal(refusals, "not_found") },
});
export const revokeKey = createRoute({
  method: "delete",
  path: "/keys/{id}",
  operationId: "identity.revokeKey",
  summary: "Revoke an API key",
  tags: ["identity"],
  request: { params: id },
  responses: { ...always, 204: { description: "revoked" }, 404: refusal(refusals, "not_found") },
});
/** A carrier's own couriers. */
export const createCourier = createRoute({
  method: "post",
  path: "/couriers",
  operationId: "identity.createCourier",
  summary: "Create a courier",
  tags: ["identity"],
  request: { body: json(z.strictObject({ username: slug, name, password })) },
  responses: { ...always, 201: answers("created", Courier), 409: refusal(refusals, "already_exists") },
});
export const listCouriers = createRoute({
  method: "get",
  path: "/couriers",
  operationId: "identity.listCouriers",
  summary: "Your couriers",
  tags: ["identity"],
  responses: { ...always, 200: answers("couriers", z.object({ couriers: z.array(Courier) })) },
});

/** Modules only: a courier by id, whoever employs them. */
export const getCourier = createRoute({
  method: "get",
  path: "/internal/couriers/{id}",
  operationId: "identity.getCourier",
  tags: ["internal"],
  request: { params: id },
  responses: { ...always, 200: answers("the courier", Courier), 404: refusal(refusals, "not_found") },
});

/** Privacy alone: what is kept here of a person, and their account. */
export const person = createRoute({
  method: "get",
  path: "/internal/identity/persons/{subject}",
  operationId: "identity.person",
  tags: ["internal"],
  request: personRequest,
  responses: { ...always, 200: answers("what is kept", z.object({ customer: z.uuid().nullable(), kept: z.array(Kept) })) },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    requestCode: RouteHandler<typeof requestCode>;
    signIn: RouteHandler<typeof signIn>;
    session: RouteHandler<typeof session>;
    signOut: RouteHandler<typeof signOut>;
    createTenant: RouteHandler<typeof createTenant>;
    listTenants: RouteHandler<typeof listTenants>;
    createKey: RouteHandler<typeof createKey>;
    revokeKey: RouteHandler<typeof revokeKey>;
    createCourier: RouteHandler<typeof createCourier>;
    listCouriers: RouteHandler<typeof listCouriers>;
    getCourier: RouteHandler<typeof getCourier>;
    person: RouteHandler<typeof person>;
  },
) =>
  app
    .openapi(requestCode, on.requestCode)
    .openapi(signIn, on.signIn)
    .openapi(session, on.session)
    .openapi(signOut, on.signOut)
    .openapi(createTenant, on.createTenant)
    .openapi(listTenants, on.listTenants)
    .openapi(createKey, on.createKey)
    .openapi(revokeKey, on.revokeKey)
    .openapi(createCourier, on.createCourier)
    .openapi(listCouriers, on.listCouriers)
    .openapi(getCourier, on.getCourier)
    .openapi(person, on.person);
export type IdentityApi = ReturnType<typeof mount>;
