import { createRoute, z, type OpenAPIHono, type RouteHandler } from "@hono/zod-openapi";
import { always, answers, json, refusal, type Refusals } from "@pigeonhole/kit/http";
import { line } from "@pigeonhole/kit/line";
import { modelNames } from "@pigeonhole/lock-boards/models";
import { Port } from "@pigeonhole/lock-boards/wiring";
import { PlacedDoor } from "../kiosk/contract.ts";
import { Wizard } from "./wizard.ts";

// What the technician's screen says to the cabinet while it is commissioned: loopback only, the same origin as the page, below `/api`.

/** How the commissioning stands. */
export const Commissioning = z
  .object({
    wizard: Wizard,
    /** How far the scan is; null while none runs. */
    scanning: z.object({ done: z.number(), all: z.number() }).nullable(),
    /** Why the last scan ended without a result, in a sentence; null when it did not. */
    scanError: z.string().nullable(),
    isBusy: z.boolean(),
    /** Every act needs the service PIN that was set when this process was started. */
    needsPin: z.boolean(),
    /** Serial lines of this computer, to choose from; a gateway's address is typed. */
    ports: z.array(z.string()),
    models: z.array(z.object({ name: z.enum(modelNames), title: z.string(), locks: z.int() })),
    /** The doors as far as they are known, in plain columns: the network tells the real layout later. */
    doors: z.array(PlacedDoor),
    /** Where the backend is, as far as it was set; typed otherwise. */
    backendUrl: z.string().nullable(),
  })
  .openapi("Commissioning");
export type Commissioning = z.output<typeof Commissioning>;

/** Null when nobody is at work here: the cabinet is in service. */
const Standing = z.object({ commissioning: Commissioning.nullable() }).openapi("CommissioningStanding");

/** What a technician may do. Which of them belongs to which step, the wizard says. */
export const Act = z
  .discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("scan"),
      ports: z.array(Port).min(1).max(8),
      /** All, when none is named: that takes about half a minute for each line. */
      models: z.array(z.enum(modelNames)).max(modelNames.length).default([]),
    }),
    z.strictObject({ kind: z.literal("begin") }),
    z.strictObject({ kind: z.literal("fire") }),
    z.strictObject({ kind: z.literal("which"), doors: z.array(z.int().min(1).max(9_999)).max(4) }),
    z.strictObject({ kind: z.literal("again") }),
    z.strictObject({ kind: z.literal("leave_out") }),
    z.strictObject({ kind: z.literal("finish") }),
    z.strictObject({ kind: z.literal("restart") }),
    /** Who has tested the doors: the name stands in the record that the cabinet signs. */
    z.strictObject({ kind: z.literal("sign"), technician: line(80, 2) }),
    z.strictObject({
      kind: z.literal("enrol"),
      url: z.url({ protocol: /^https?$/, error: "must be the backend's address, as https://…" }),
      token: z.string().trim().min(20, { error: "is the one-time token of this station, as the operator has it" }).max(200),
    }),
  ])
  .openapi("CommissioningAct");
export type Act = z.output<typeof Act>;

/** What the cabinet may refuse a technician. */
export const refusals = {
  wrong_step: { status: 409, title: "That does not belong to this step" },
  busy: { status: 409, title: "The last step is still under way" },
  wrong_pin: { status: 403, title: "This is not the service PIN" },
  not_enrolled: { status: 502, title: "The network has not taken this cabinet" },
} as const satisfies Refusals;

const answered = {
  400: always[400],
  403: refusal(refusals, "wrong_pin"),
  429: always[429],
  200: answers("how the commissioning stands", Commissioning),
};

/** How it stands. Asked again and again: the screen follows what the technician's hands do at the doors. */
export const get = createRoute({
  method: "get",
  path: "/commissioning",
  operationId: "commissioning.get",
  responses: { ...answered, 200: answers("how the commissioning stands", Standing) },
});

/** One step. Answers when it is done, except a scan, which runs on. */
export const act = createRoute({
  method: "post",
  path: "/commissioning/acts",
  operationId: "commissioning.act",
  request: { body: json(z.strictObject({ pin: z.string().max(20).optional(), act: Act })) },
  responses: { ...answered, 409: refusal(refusals, "wrong_step", "busy"), 502: refusal(refusals, "not_enrolled") },
});

export interface Handlers {
  readonly get: RouteHandler<typeof get>;
  readonly act: RouteHandler<typeof act>;
}
/** Puts every route of this contract onto `app`: a missing handler, or one that answers something else, does not compile. */
export const mount = (app: OpenAPIHono, on: Handlers) => app.openapi(get, on.get).openapi(act, on.act);
/** What `client<CommissioningApi>("/api")` needs. */
export type CommissioningApi = ReturnType<typeof mount>;
