import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, refusal } from "@pigeonhole/kit/http";
import { AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { Envelope } from "@pigeonhole/protocol/messages";
import { refusals } from "../contract.ts";

// Before people are given a cabinet, each of its doors has been tried (A11.4): the record of that, and what it lacks.

const doors = z.array(z.int());
/**
 * What keeps a station from being put into service. `no_record`: its cabinet has not been commissioned, or has not told of it yet. `rewired`: it is wired
 * otherwise than it was accepted. `untested`, `failed`: doors of the layout that the record does not know, or that did not pass; out of service they do
 * not count. `unknown`: doors of the record that the layout does not have.
 */
export const Lack = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("no_record") }),
    z.object({ kind: z.literal("rewired") }),
    z.object({ kind: z.literal("untested"), doors }),
    z.object({ kind: z.literal("failed"), doors }),
    z.object({ kind: z.literal("unknown"), doors }),
  ])
  .openapi("AcceptanceLack");
export type Lack = z.output<typeof Lack>;

/** A record as it is kept: what the cabinet showed, and the evidence that it was this cabinet. */
export const KeptAcceptance = z
  .object({
    /** SHA-256 of the record. */
    digest: z.string(),
    receivedAt: z.iso.datetime(),
    record: AcceptanceRecord,
    /** The entry of the station's log, as it was signed; verified when it came, with the key of `certificate` (PEM). */
    entry: Envelope,
    epoch: z.int(),
    seq: z.int(),
    certificate: z.string(),
  })
  .openapi("KeptAcceptance");
export type KeptAcceptance = z.output<typeof KeptAcceptance>;

/** How a station stands with its acceptance. */
export const Acceptance = z
  .object({
    station: z.uuid(),
    /** Nothing is missing: it may be put into service. */
    isWhole: z.boolean(),
    lacks: z.array(Lack),
    /** Somebody took it upon themselves that it serves without. */
    waiver: z.object({ reason: z.string(), actor: z.string(), since: z.iso.datetime().nullable() }).nullable(),
    current: KeptAcceptance.nullable(),
    /** Former ones, newest first, at most 20. */
    former: z.array(
      z.object({ digest: z.string(), at: z.iso.datetime(), technician: z.string().nullable(), doors: z.int(), failed: doors }),
    ),
  })
  .openapi("Acceptance");
export type Acceptance = z.output<typeof Acceptance>;

/** Operators: the acceptance of one station. */
export const get = createRoute({
  method: "get",
  path: "/stations/{station}/acceptance",
  operationId: "network.acceptance",
  summary: "How a station was accepted, and what its acceptance lacks",
  tags: ["network"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: { ...always, 200: answers("the acceptance", Acceptance), 404: refusal(refusals, "not_found") },
});
/** Operators: stations that are suspended until they have been accepted anew. */
export const needed = createRoute({
  method: "get",
  path: "/acceptances-needed",
  operationId: "network.acceptancesNeeded",
  summary: "Stations that have to be accepted anew",
  tags: ["network"],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(100) }) },
  responses: {
    ...always,
    200: answers("stations", z.object({ stations: z.array(z.object({ station: z.uuid(), name: z.string(), lacks: z.array(Lack) })) })),
  },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: { get: RouteHandler<typeof get>; needed: RouteHandler<typeof needed> }) =>
  app.openapi(get, on.get).openapi(needed, on.needed);
export type AcceptanceApi = ReturnType<typeof mount>;
