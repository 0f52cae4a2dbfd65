import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { Model, QuietHours, Release, ReleaseNote, WantedFirmware } from "@pigeonhole/protocol/firmware";

/** `stopped` and `done` are ends. A rollout that is paused or stopped withdraws its offers from every station that has not changed over. */
export const rolloutStates = ["running", "paused", "stopped", "done"] as const;
export type RolloutState = (typeof rolloutStates)[number];
/** `failed`: rolled back, refused, or silent since it changed over. */
export const stationStates = ["waiting", "offered", "ready", "switching", "confirmed", "failed"] as const;
export type StationState = (typeof stationStates)[number];

/** A signed release in the repository. */
export const PublishedRelease = ReleaseNote.omit({ manifest: true }).extend({ bytes: z.int() }).openapi("FirmwareRelease");
export type PublishedRelease = z.output<typeof PublishedRelease>;

export const Wave = z.object({ wave: z.int(), isOpen: z.boolean(), total: z.int(), states: z.record(z.enum(stationStates), z.int()) });
export type Wave = z.output<typeof Wave>;
export const Failure = z.object({ station: z.uuid(), name: z.string(), reason: z.string(), at: z.iso.datetime(), attempt: z.int() });
export const Rollout = z
  .object({
    id: z.uuid(),
    model: Model,
    release: Release,
    version: z.string(),
    state: z.enum(rolloutStates),
    /** Why it was paused or stopped. */
    reason: z.string().nullable(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    endedAt: z.iso.datetime().nullable(),
    soakMinutes: z.int(),
    quietHours: QuietHours.nullable(),
    /** Before this instant no further wave begins; null while the open waves have not all arrived. */
    nextWaveAt: z.iso.datetime().nullable(),
    waves: z.array(Wave),
    /** Who failed and why, the latest first, at most 100. */
    failures: z.array(Failure),
    /** Openings of doors at its stations, and those that failed, before and after each changed over. */
    openings: z.object({ before: z.object({ opened: z.int(), failed: z.int() }), after: z.object({ opened: z.int(), failed: z.int() }) }),
  })
  .openapi("FirmwareRollout");
export type Rollout = z.output<typeof Rollout>;
/** How many stations of a model run which release. */
export const FleetCount = z.object({ model: Model, release: Release, stations: z.int() });

export const refusals = {
  not_found: { status: 404, title: "Not found" },
  no_such_release: { status: 404, title: "No such release in the repository" },
  no_stations: { status: 409, title: "No station needs this release" },
  rollout_under_way: { status: 409, title: "A rollout of this model is under way" },
  not_now: { status: 409, title: "The rollout is in another state" },
} as const satisfies Refusals;

const params = z.object({ rollout: z.uuid() });
const Reason = z.strictObject({ reason: line(200, 3) });

/** Operators: what the repository holds, newest first, and what the stations run. */
export const releases = createRoute({
  method: "get",
  path: "/firmware/releases",
  operationId: "firmware.releases",
  summary: "The releases of the cabinets' software",
  tags: ["firmware"],
  responses: {
    ...always,
    200: answers("releases", z.object({ releases: z.array(PublishedRelease), fleet: z.array(FleetCount) })),
  },
});
/** Operators: rollouts, newest first. */
export const list = createRoute({
  method: "get",
  path: "/firmware/rollouts",
  operationId: "firmware.list",
  summary: "Rollouts, newest first",
  tags: ["firmware"],
  request: { query: z.object({ limit: z.coerce.number().int().min(1).max(100).default(20) }) },
  responses: { ...always, 200: answers("rollouts", z.object({ rollouts: z.array(Rollout) })) },
});
export const get = createRoute({
  method: "get",
  path: "/firmware/rollouts/{rollout}",
  operationId: "firmware.get",
  summary: "A rollout with its stations",
  tags: ["firmware"],
  request: { params },
  responses: { ...always, 200: answers("the rollout", Rollout), 404: refusal(refusals, "not_found") },
});
/** Administrators: sends a release to every station of its model that runs another one, a canary group first. */
export const begin = createRoute({
  method: "post",
  path: "/firmware/rollouts",
  operationId: "firmware.begin",
  summary: "Begin a rollout",
  tags: ["firmware"],
  request: {
    body: json(
      z.strictObject({
        model: Model,
        release: Release,
        /** So long the open waves are watched before the next one begins. Minutes. */
        soakMinutes: z.int().min(0).max(10_080).default(30),
        /** In each station's own zone; null: whenever a station is idle. */
        quietHours: QuietHours.nullable().default({ from: "01:00", until: "05:00" }),
      }),
    ),
  },
  responses: {
    ...always,
    201: answers("begun", Rollout),
    404: refusal(refusals, "no_such_release"),
    409: refusal(refusals, "no_stations", "rollout_under_way"),
  },
});
const change = <const Verb extends "pause" | "resume" | "stop">(verb: Verb, summary: string) =>
  createRoute({
    method: "post",
    path: `/firmware/rollouts/{rollout}/${verb}` as `/firmware/rollouts/{rollout}/${Verb}`,
    operationId: `firmware.${verb}`,
    summary,
    tags: ["firmware"],
    request: { params, body: json(Reason) },
    responses: {
      ...always,
      200: answers("the rollout", Rollout),
      404: refusal(refusals, "not_found"),
      409: refusal(refusals, "not_now", "rollout_under_way"),
    },
  });
/** Administrators: no further station begins; those that change over at this moment finish. */
export const pause = change("pause", "Pause a rollout");
/** Administrators: goes on. What failed before stays failed. */
export const resume = change("resume", "Go on with a rollout");
/** Administrators: ends it. Stations that run the release keep it. */
export const stop = change("stop", "Stop a rollout");
/** Administrators: lets a station that failed try once more. */
export const retry = createRoute({
  method: "post",
  path: "/firmware/rollouts/{rollout}/stations/{station}/retry",
  operationId: "firmware.retry",
  summary: "Let a station try a release again",
  tags: ["firmware"],
  request: { params: params.extend({ station: z.uuid() }), body: json(Reason) },
  responses: {
    ...always,
    200: answers("the rollout", Rollout),
    404: refusal(refusals, "not_found"),
    409: refusal(refusals, "not_now"),
  },
});
/** Modules only: what a station shall run; null: what it has. */
export const wanted = createRoute({
  method: "get",
  path: "/internal/firmware/stations/{station}/wanted",
  operationId: "firmware.wanted",
  tags: ["internal"],
  request: { params: z.object({ station: z.uuid() }) },
  responses: { ...always, 200: answers("the wish", z.object({ firmware: WantedFirmware.nullable() })) },
});

/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (
  app: OpenAPIHono,
  on: {
    releases: RouteHandler<typeof releases>;
    list: RouteHandler<typeof list>;
    get: RouteHandler<typeof get>;
    begin: RouteHandler<typeof begin>;
    pause: RouteHandler<typeof pause>;
    resume: RouteHandler<typeof resume>;
    stop: RouteHandler<typeof stop>;
    retry: RouteHandler<typeof retry>;
    wanted: RouteHandler<typeof wanted>;
  },
) =>
  app
    .openapi(releases, on.releases)
    .openapi(list, on.list)
    .openapi(get, on.get)
    .openapi(begin, on.begin)
    .openapi(pause, on.pause)
    .openapi(resume, on.resume)
    .openapi(stop, on.stop)
    .openapi(retry, on.retry)
    .openapi(wanted, on.wanted);
export type FirmwareApi = ReturnType<typeof mount>;
