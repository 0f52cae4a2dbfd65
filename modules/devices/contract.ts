import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Enrolment, EnrolmentRequest } from "@pigeonhole/protocol/enrolment";
import { Command, Result } from "@pigeonhole/protocol/messages";
import { Wear } from "./wear/contract.ts";

/** The state of a station's link. `connected` with its age: what is not live is shown as not live (I-20). */
export const Device = z
  .object({
    station: z.uuid(),
    enrolled: z.boolean(),
    epoch: z.int().nullable(),
    connected: z.boolean(),
    lastSeenAt: z.iso.datetime().nullable(),
    desiredVersion: z.int().nullable(),
    reportedVersion: z.int().nullable(),
    lastEventSeq: z.int().nullable(),
    pendingEvents: z.int().nullable(),
    openDoors: z.array(z.int()),
    temperatureC: z.number().nullable(),
    mains: z.boolean().nullable(),
    batteryPercent: z.number().nullable(),
    firmware: z.string().nullable(),
    certificateExpiresAt: z.iso.datetime().nullable(),
    /** Since when it serves nobody because somebody opened its enclosure or forced a door. */
    tamperedSince: z.iso.datetime().nullable(),
    /** Why messages of this station are kept aside and not believed; null: there is nothing. */
    quarantine: z.string().nullable(),
    /** What begins to fail (A14.4). */
    wear: z.array(Wear),
  })
  .openapi("Device");
export type Device = z.output<typeof Device>;

/** One entry of a station's log as it arrived; `event` is a StationFact of packages/protocol. */
export const LoggedEvent = z
  .object({
    epoch: z.int(),
    seq: z.int(),
    at: z.iso.datetime(),
    receivedAt: z.iso.datetime(),
    type: z.string(),
    compartment: z.int().nullable(),
    event: z.unknown(),
  })
  .openapi("LoggedEvent");

/**
 * What became of one entry that a phone brought. `accepted`: it was news and has taken effect; `known`: it had come before, by a phone or by the
 * log itself; `refused`: why, in `reason`. What is refused is refused for ever: the phone may forget it.
 */
export const Receipt = z
  .object({
    station: z.uuid().nullable(),
    epoch: z.int().nullable(),
    seq: z.int().nullable(),
    parcel: z.uuid().nullable(),
    outcome: z.enum(["accepted", "known", "refused"]),
    reason: z
      .enum(["unreadable", "unknown_station", "revoked", "not_signed", "another_epoch", "not_carried", "contradiction", "too_far"])
      .nullable(),
  })
  .openapi("Receipt");
export type Receipt = z.output<typeof Receipt>;
/** Pages in one request at most. */
export const maxReceiptPages = 64;

export const refusals = {
  not_found: { status: 404, title: "No such station" },
  token_invalid: { status: 403, title: "The enrolment token is not valid" },
  request_invalid: { status: 422, title: "The certificate request cannot be used" },
  unreachable: { status: 503, title: "The station is not connected" },
  revoked: { status: 409, title: "The station's certificate is revoked" },
} as const satisfies Refusals;

const params = z.object({ station: z.uuid() });

/** Operators: a one-time token, valid 24 hours, with which a cabinet enrols. Shown once. */
export const createToken = createRoute({
  method: "post",
  path: "/stations/{station}/enrolment-tokens",
  operationId: "devices.createToken",
  summary: "A one-time token with which a cabinet enrols",
  tags: ["devices"],
  request: { params },
  responses: {
    ...always,
    201: answers("token", z.object({ token: z.string(), expiresAt: z.iso.datetime() })),
    404: refusal(refusals, "not_found"),
  },
});
/** The cabinet itself, with its token: gets its certificate. */
export const enrol = createRoute({
  method: "post",
  path: "/enrolments",
  operationId: "devices.enrol",
  summary: "Enrol a cabinet",
  tags: ["devices"],
  request: { body: json(EnrolmentRequest) },
  responses: {
    ...always,
    201: answers("enrolled", Enrolment),
    403: refusal(refusals, "token_invalid"),
    422: refusal(refusals, "request_invalid"),
  },
});
export const get = createRoute({
  method: "get",
  path: "/stations/{station}/device",
  operationId: "devices.get",
  summary: "A station's cabinet and its link",
  tags: ["devices"],
  request: { params },
  responses: { ...always, 200: answers("the device", Device), 404: refusal(refusals, "not_found") },
});
/** Operators: every enrolled station's link in one answer, for the map. */
export const list = createRoute({
  method: "get",
  path: "/devices",
  operationId: "devices.list",
  summary: "Every cabinet's link",
  tags: ["devices"],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(10_000).default(5_000) }) },
  responses: { ...always, 200: answers("devices", z.object({ devices: z.array(Device) })) },
});
/** Operators: the station's event log of one epoch, by default the present one; newest first, further back with `beforeSeq`. */
export const events = createRoute({
  method: "get",
  path: "/stations/{station}/events",
  operationId: "devices.events",
  summary: "A station's signed event log",
  tags: ["devices"],
  request: {
    params,
    query: z.object({
      compartment: z.coerce.number().int().min(1).max(999).optional(),
      type: z
        .string()
        .regex(/^[a-z_]{1,60}$/)
        .optional(),
      beforeSeq: z.coerce.number().int().min(1).optional(),
      epoch: z.coerce.number().int().min(1).max(2_147_483_647).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: { ...always, 200: answers("events", z.object({ events: z.array(LoggedEvent) })), 404: refusal(refusals, "not_found") },
});
/** Operators: cuts the station off: its certificate is revoked, its session closed. */
export const revoke = createRoute({
  method: "post",
  path: "/stations/{station}/revoke",
  operationId: "devices.revoke",
  summary: "Cut a cabinet off",
  tags: ["devices"],
  request: { params, body: json(z.strictObject({ reason: line(200, 3) })) },
  responses: { ...always, 200: answers("revoked", Device), 404: refusal(refusals, "not_found") },
});
/**
 * Whoever is signed in: pages that a station showed as QR codes (`PHR1…`, docs/guides/receipts.md). The station's signature is what counts. The same
 * pages may be sent again and again, in any order.
 */
export const receive = createRoute({
  method: "post",
  path: "/receipts",
  operationId: "devices.receive",
  summary: "Hand over a receipt from a station's screen",
  tags: ["devices"],
  request: { body: json(z.strictObject({ pages: z.array(z.string().min(1).max(2_600)).min(1).max(maxReceiptPages) })) },
  responses: { ...always, 200: answers("one answer for each entry", z.object({ receipts: z.array(Receipt) })) },
});
/** Public: the authority that certifies stations. `fingerprint`: SHA-256 of the certificate, hexadecimal; whoever verifies receipts pins it. */
export const authority = createRoute({
  method: "get",
  path: "/authority",
  operationId: "devices.authority",
  summary: "The authority that certifies stations",
  tags: ["devices"],
  responses: { ...always, 200: answers("the authority", z.object({ certificate: z.string(), fingerprint: z.string() })) },
});
/** Public: the certificates of a station's keys, PEM, of its present and its former epochs, newest first: whoever reads a receipt from its screen verifies with them. */
export const certificates = createRoute({
  method: "get",
  path: "/stations/{station}/certificates",
  operationId: "devices.certificates",
  summary: "The certificates of a station's keys",
  tags: ["devices"],
  request: { params },
  responses: {
    ...always,
    200: answers("certificates", z.object({ certificates: z.array(z.string()) })),
    404: refusal(refusals, "not_found"),
  },
});
/** Modules only: certifies the key with which custody signs receipts. Each call makes a new certificate: keep it. */
export const certifyReceipts = createRoute({
  method: "post",
  path: "/internal/devices/receipt-certificates",
  operationId: "devices.certifyReceipts",
  tags: ["internal"],
  request: { body: json(z.strictObject({ publicKey: z.string().length(43) })) },
  responses: { ...always, 201: answers("certified", z.object({ certificate: z.string(), authority: z.string() })) },
});
/** Modules only: signs a command, sends it and waits for the station's answer, at most two seconds; no answer is `unknown`. */
export const send = createRoute({
  method: "post",
  path: "/internal/devices/{station}/commands",
  operationId: "devices.send",
  tags: ["internal"],
  request: {
    params,
    body: json(
      Command.pick({ id: true, action: true, compartment: true, parcel: true, purpose: true, actor: true, expected: true, reason: true }),
    ),
  },
  responses: {
    ...always,
    200: answers("the station's answer", Result),
    409: refusal(refusals, "revoked"),
    503: refusal(refusals, "unreachable"),
  },
});
/** Modules only: how many stations have not said yet that they have this generation of the signing keys. */
export const lackingKeys = createRoute({
  method: "get",
  path: "/internal/devices/keys/{generation}",
  operationId: "devices.lackingKeys",
  tags: ["internal"],
  request: { params: z.object({ generation: z.coerce.number().int().min(1) }) },
  responses: { ...always, 200: answers("how many", z.object({ lacking: z.int() })) },
});

/** Public: the certificate revocation list, PEM, for brokers of their own. */
export const revocations = createRoute({
  method: "get",
  path: "/revocations.crl",
  operationId: "devices.revocations",
  summary: "The certificate revocation list",
  tags: ["devices"],
  responses: { ...always, 200: { description: "the list", content: { "application/x-pem-file": { schema: z.string() } } } },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    createToken: RouteHandler<typeof createToken>;
    enrol: RouteHandler<typeof enrol>;
    get: RouteHandler<typeof get>;
    list: RouteHandler<typeof list>;
    events: RouteHandler<typeof events>;
    revoke: RouteHandler<typeof revoke>;
    receive: RouteHandler<typeof receive>;
    authority: RouteHandler<typeof authority>;
    certificates: RouteHandler<typeof certificates>;
    certifyReceipts: RouteHandler<typeof certifyReceipts>;
    send: RouteHandler<typeof send>;
    lackingKeys: RouteHandler<typeof lackingKeys>;
    revocations: RouteHandler<typeof revocations>;
  },
) =>
  app
    .openapi(createToken, on.createToken)
    .openapi(enrol, on.enrol)
    .openapi(get, on.get)
    .openapi(list, on.list)
    .openapi(events, on.events)
    .openapi(revoke, on.revoke)
    .openapi(receive, on.receive)
    .openapi(authority, on.authority)
    .openapi(certificates, on.certificates)
    .openapi(certifyReceipts, on.certifyReceipts)
    .openapi(send, on.send)
    .openapi(lackingKeys, on.lackingKeys)
    .openapi(revocations, on.revocations);
export type DeviceApi = ReturnType<typeof mount>;
