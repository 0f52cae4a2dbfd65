import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { Email, languages } from "@pigeonhole/identity/contract";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Condition } from "../conditions/contract.ts";
import { openResponses, refusals as phoneRefusals, Standing } from "../phone/contract.ts";

// Pick-up by somebody else (N7): a proxy has a code and a link of their own, and sees this one parcel.

/** `waiting`: may collect, now or when the parcel is there. `over`: somebody else has collected it, or it goes elsewhere. */
export const proxyStates = ["waiting", "collected", "revoked", "over"] as const;
/** Live proxies of one parcel at most, and people whom one customer keeps. */
export const mostProxies = 3;
export const mostPeople = 50;

/** A proxy as the one who named them sees it. */
export const Proxy = z
  .object({
    id: z.uuid(),
    /** Null when the one who named them has been erased. */
    name: z.string().nullable(),
    /** Where the link was sent, if the one who named them wished that. */
    email: z.string().nullable(),
    state: z.enum(proxyStates),
    /** What the link ends with; whoever has it can collect. Null when it opens nothing any more. */
    token: z.string().nullable(),
    namedAt: z.iso.datetime(),
    endedAt: z.iso.datetime().nullable(),
    /** A station without a network may take a revoked code until it hears of it, until this instant at the latest. */
    boundedBy: z.iso.datetime().nullable(),
  })
  .openapi("Proxy");
export type Proxy = z.output<typeof Proxy>;

/** What a proxy sees: where, until when, and their own code. Nothing of its owner, nothing of other parcels. */
export const Handed = z
  .object({
    state: z.enum(["coming", "ready", "collected", "over"]),
    station: z.uuid(),
    compartment: z.int().nullable(),
    code: z.string().nullable(),
    qr: z.string().nullable(),
    carried: z.string().nullable(),
    expiresAt: z.iso.datetime().nullable(),
    /** What they have to see to before the door opens (N11). */
    missing: z.array(Condition),
  })
  .openapi("Handed");
export type Handed = z.output<typeof Handed>;

export const Person = z.object({ id: z.uuid(), name: z.string() }).openapi("Person");
export type Person = z.output<typeof Person>;

export const refusals = {
  ...phoneRefusals,
  too_many_proxies: { status: 409, title: "So many people may collect this parcel already" },
  too_many_people: { status: 409, title: "The list of people you trust is full" },
} as const satisfies Refusals;

const parcel = z.object({ parcel: z.uuid() });
const one = z.object({ proxy: z.uuid() });
const name = line(80);
/** In the body, so that no log of addresses has it. */
const token = z.string().regex(/^php_[A-Za-z0-9_-]{43}$/, { error: "the end of the link that you were given" });

/** The customer (recipient, or who ordered): names somebody who may collect, and gets a link to hand on; with an address it is sent there as well. */
export const create = createRoute({
  method: "post",
  path: "/parcels/{parcel}/proxies",
  operationId: "access.nameProxy",
  summary: "Name somebody who may collect",
  tags: ["access"],
  request: {
    params: parcel,
    body: json(z.strictObject({ name, email: Email.nullable().default(null), language: z.enum(languages).default("en") })),
  },
  responses: {
    ...always,
    201: answers("named", Proxy),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "too_many_proxies"),
    410: refusal(refusals, "over"),
  },
});
/** The customer: everybody who may or might collect this parcel, and who did. */
export const list = createRoute({
  method: "get",
  path: "/parcels/{parcel}/proxies",
  operationId: "access.proxies",
  summary: "Who may collect this parcel",
  tags: ["access"],
  request: { params: parcel },
  responses: { ...always, 200: answers("proxies", z.object({ proxies: z.array(Proxy) })), 404: refusal(refusals, "not_found") },
});
/** The customer takes it back, at once: code, QR code and link are dead. What has been collected stays so. */
export const revoke = createRoute({
  method: "post",
  path: "/proxies/{proxy}/revoke",
  operationId: "access.revokeProxy",
  summary: "Take a right to collect back",
  tags: ["access"],
  request: { params: one },
  responses: { ...always, 200: answers("revoked", Proxy), 404: refusal(refusals, "not_found") },
});
/** Whoever has the link: this parcel's page. No sign-in. */
export const handed = createRoute({
  method: "post",
  path: "/collect",
  operationId: "access.handed",
  summary: "The parcel behind a link that was handed on",
  tags: ["access"],
  request: { body: json(z.strictObject({ token })) },
  responses: { ...always, 200: answers("the parcel", Handed), 404: refusal(refusals, "not_found") },
});
/** Whoever has the link, standing at the station: opens the door, as `access.open` does for the owner. */
export const openHanded = createRoute({
  method: "post",
  path: "/collect/open",
  operationId: "access.openHanded",
  summary: "Open the door with a link that was handed on",
  tags: ["access"],
  request: { body: json(Standing.extend({ token })) },
  responses: openResponses,
});
/** The customer's own list of people to name again. */
export const people = createRoute({
  method: "get",
  path: "/people",
  operationId: "access.people",
  summary: "People the customer trusts",
  tags: ["access"],
  responses: { ...always, 200: answers("people", z.object({ people: z.array(Person) })) },
});
export const keepPerson = createRoute({
  method: "post",
  path: "/people",
  operationId: "access.keepPerson",
  summary: "Keep somebody in the list",
  tags: ["access"],
  request: { body: json(z.strictObject({ name })) },
  responses: { ...always, 201: answers("kept", Person), 409: refusal(refusals, "too_many_people") },
});
export const forgetPerson = createRoute({
  method: "delete",
  path: "/people/{person}",
  operationId: "access.forgetPerson",
  summary: "Forget somebody",
  tags: ["access"],
  request: { params: z.object({ person: z.uuid() }) },
  responses: { ...always, 204: { description: "forgotten" }, 404: refusal(refusals, "not_found") },
});

/** Puts every route of this contract onto `app`. */
export const mount = (
  app: OpenAPIHono,
  on: {
    create: RouteHandler<typeof create>;
    list: RouteHandler<typeof list>;
    revoke: RouteHandler<typeof revoke>;
    handed: RouteHandler<typeof handed>;
    openHanded: RouteHandler<typeof openHanded>;
    people: RouteHandler<typeof people>;
    keepPerson: RouteHandler<typeof keepPerson>;
    forgetPerson: RouteHandler<typeof forgetPerson>;
  },
) =>
  app
    .openapi(create, on.create)
    .openapi(list, on.list)
    .openapi(revoke, on.revoke)
    .openapi(handed, on.handed)
    .openapi(openHanded, on.openHanded)
    .openapi(people, on.people)
    .openapi(keepPerson, on.keepPerson)
    .openapi(forgetPerson, on.forgetPerson);
export type ProxyApi = ReturnType<typeof mount>;
