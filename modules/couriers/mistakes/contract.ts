import { createRoute, z } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { sizes } from "@pigeonhole/network/layout";
import { depositReasons } from "@pigeonhole/protocol/reasons";

/** Why nothing is put in at a whole stop. */
export const stopReasons = ["station_closed", "cannot_reach", "nobody_there", "station_dead"] as const;
export type StopReason = (typeof stopReasons)[number];
/** All that a courier can say is wrong, at a door or at a stop; one word each, the same in every screen and in the trail (N3). */
export const problemReasons = [...depositReasons, ...stopReasons] as const;
export type ProblemReason = (typeof problemReasons)[number];

/**
 * What becomes of a parcel that could not be put in. `reported`: the station has to hear it (owner: the network, which asks it again and
 * again; while the door stands open, the courier, who shuts it); `released`: another compartment is looked for (the network); `proposed`: the
 * courier says whether it goes to another station; `taken_back`: the carrier brings it again or sends it back; `settled`: it has a place.
 */
export const problemStates = ["reported", "released", "proposed", "taken_back", "settled"] as const;
export type ProblemState = (typeof problemStates)[number];
/** The moves a problem may make; every other one is refused. Read by server and screens alike. */
export const problemMoves: Readonly<Record<ProblemState, readonly ProblemState[]>> = {
  reported: ["released", "taken_back", "settled"],
  released: ["proposed", "taken_back", "settled"],
  proposed: ["taken_back", "settled"],
  taken_back: ["settled"],
  settled: [],
};
/** Whose it is to do the next thing; null when nothing is left to do. */
export const problemOwners = ["network", "courier", "carrier"] as const;
export const ownerOf = {
  reported: "network",
  released: "network",
  proposed: "courier",
  taken_back: "carrier",
  settled: null,
} as const satisfies Record<ProblemState, (typeof problemOwners)[number] | null>;
/** How it ended: another compartment here; the same one again; another station; put in all the same; on its way again; no longer to be delivered. */
export const problemOutcomes = ["another_box", "same_box", "another_station", "put_in", "tried_again", "over"] as const;

const place = {
  station: z.uuid(),
  name: z.string(),
  address: z.string().nullable(),
  lat: z.number(),
  lon: z.number(),
  distanceMetres: z.int(),
  /** The route stops there anyway, later. */
  isOnRoute: z.boolean(),
  /** Its recipient has agreed to it once for all; else they are told at once (N6). */
  isAgreed: z.boolean().default(false),
};
export const Proposal = z.object(place);
export type Proposal = z.output<typeof Proposal>;

/** What the courier does now. `another_box`, `same_box`: scan the label again, it opens. */
export const Next = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("shut_the_door") }),
    z.object({ kind: z.literal("wait") }),
    z.object({ kind: z.literal("another_box"), compartment: z.int(), size: z.enum(sizes) }),
    z.object({ kind: z.literal("same_box"), compartment: z.int() }),
    z.object({ kind: z.literal("another_station"), ...place }),
    z.object({ kind: z.literal("take_back") }),
  ])
  .openapi("NextAtDoor");
export type Next = z.output<typeof Next>;

/** A parcel that could not be put in: why, where it stands, whose it is. */
export const Problem = z
  .object({
    id: z.uuid(),
    route: z.uuid(),
    courier: z.uuid(),
    carrier: z.string(),
    parcel: z.uuid(),
    number: z.string(),
    station: z.uuid(),
    compartment: z.int(),
    reason: z.enum(problemReasons),
    state: z.enum(problemStates),
    outcome: z.enum(problemOutcomes).nullable(),
    owner: z.enum(problemOwners).nullable(),
    at: z.iso.datetime(),
    changedAt: z.iso.datetime(),
  })
  .openapi("DeliveryProblem");
export type Problem = z.output<typeof Problem>;

const refusals = {
  not_found: { status: 404, title: "Not found" },
  wrong_state: { status: 409, title: "Not possible in this state" },
} as const satisfies Refusals;

/** The courier cannot put anything in at this stop, and why: its parcels go back with them for another attempt, and who waits for them is told. */
export const giveUpStop = createRoute({
  method: "post",
  path: "/routes/{id}/stops/{station}/give-up",
  operationId: "couriers.giveUpStop",
  summary: "Nothing can be put in at this stop, and why",
  tags: ["couriers"],
  request: { params: z.object({ id: z.uuid(), station: z.uuid() }), body: json(z.strictObject({ reason: z.enum(stopReasons) })) },
  responses: {
    ...always,
    200: answers("recorded", z.object({ parcels: z.int() })),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "wrong_state"),
  },
});
/** Operators: all; carriers: those of their own routes. What is not settled, oldest first; with `all`, also what is, newest first. */
export const listProblems = createRoute({
  method: "get",
  path: "/delivery-problems",
  operationId: "couriers.listProblems",
  summary: "What went wrong at the door",
  tags: ["couriers"],
  request: {
    query: z.object({
      station: z.uuid().optional(),
      parcel: z.uuid().optional(),
      all: z.enum(["true", "false"]).default("false"),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
  },
  responses: { ...always, 200: answers("problems", z.object({ problems: z.array(Problem) })) },
});
