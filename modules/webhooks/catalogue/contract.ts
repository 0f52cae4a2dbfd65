import { z } from "@hono/zod-openapi";
import { parcelStates, recallReasons, type ParcelState } from "@pigeonhole/parcels/contract";
import { conditionStates } from "@pigeonhole/access/conditions/contract";
import { holdReasons } from "@pigeonhole/protocol/reasons";
import { cancellationStates } from "@pigeonhole/parcels/cancelling/contract";
import { returnEndings, returnStates } from "@pigeonhole/returns/lifecycle";
import { eventTypes, toldReturnStates, type EventType } from "../contract.ts";

/** One kind of event: when it is sent, what its `data` holds, and one as it arrives. */
export interface Told {
  readonly when: string;
  readonly data: z.ZodObject;
  readonly example: { readonly type: EventType; readonly timestamp: string; readonly data: Readonly<Record<string, unknown>> };
}

const station = "01990000-0000-7000-8000-000000000057";
const parcel = { parcel: "01990000-0000-7000-8000-000000001001", number: "482915073364" };
const reservation = "01990000-0000-7000-8000-000000002001";

const Concerned = z.object({
  parcel: z.uuid(),
  number: z.string().openapi({ description: "What people compare by eye: twelve digits." }),
});
const there = {
  station: z.uuid(),
  compartment: z.int().openapi({ description: "The number of the door." }),
};

/** `data` of `parcel.<state>`. Unknown members may be added. */
export const Moved = Concerned.extend({
  reservation: z.uuid().nullable(),
  ...there,
  from: z.enum(parcelStates).nullable().openapi({ description: "The state before; null when the parcel is new." }),
  state: z.enum(parcelStates),
  expiresAt: z.iso.datetime().nullable().openapi({ description: "End of the time to collect; null until it has been dropped off." }),
}).openapi("ParcelMovedEvent");
/** `data` of `return.<state>`. */
export const ReturnMoved = Concerned.extend({
  return: z.uuid().openapi({ description: "The return; `parcel` says the same." }),
  of: z.uuid().nullable().openapi({ description: "The parcel that goes back; null where it is not known." }),
  orderId: z.string().nullable(),
  station: z.uuid(),
  compartment: z.int().nullable().openapi({ description: "The number of the door." }),
  until: z.iso.datetime().nullable(),
  from: z.enum(returnStates).nullable(),
  state: z.enum(returnStates),
  ending: z.enum(returnEndings).nullable().openapi({ description: "How it ended; null while it has not." }),
}).openapi("ReturnMovedEvent");
/** `data` of `parcel.window_moved`. */
export const WindowMoved = Concerned.extend({
  station: z.uuid(),
  expiresAt: z.iso.datetime(),
  isStopped: z
    .boolean()
    .openapi({ description: "The clock stands still at present: nobody can get at the parcel, or its recipient is away." }),
}).openapi("WindowMovedEvent");
/** `data` of `parcel.redirected`. */
export const Redirected = Concerned.extend({
  reservation: z.uuid(),
  from: z.uuid().openapi({ description: "The station it was meant for until now." }),
  ...there,
}).openapi("RedirectedEvent");
/** `data` of `parcel.recalled`. */
export const Recalled = Concerned.extend({ ...there, reason: z.enum(recallReasons) }).openapi("RecalledEvent");
/** `data` of `parcel.cancellation`. */
export const Cancelling = Concerned.extend({
  state: z.enum(cancellationStates),
  refundDue: z.boolean().openapi({ description: "Its recipient will not get it: pay back what they paid, and not before." }),
  reason: z.string(),
}).openapi("CancellationEvent");
/** `data` of `parcel.condition`. */
export const ConditionChanged = Concerned.extend({
  condition: z.uuid(),
  kind: z.enum(holdReasons),
  proxy: z.uuid().nullable().openapi({ description: "Whose age, where somebody else collects; null: the recipient's." }),
  state: z.enum(conditionStates),
  missing: z.array(z.enum(holdReasons)).openapi({ description: "What this person still has to see to; empty: their code opens." }),
}).openapi("ConditionEvent");
/** `data` of `webhook.test`. */
export const TriedOut = z.object({ endpoint: z.uuid() }).openapi("TestEvent");

const whenIn: Readonly<Record<ParcelState, string>> = {
  reserved: "The order was confirmed: a parcel is expected and a compartment is bound.",
  shipped: "The courier has set out with it; or it goes on to another station.",
  delivered: "It lies in the compartment and the door is shut.",
  stored: "It waits for its recipient, who has been sent the code. `expiresAt` is the end of the time to collect.",
  collected: "It was taken out with the code, and the door is shut again.",
  expired: "Nobody came in time. The code is dead, and a courier takes it out.",
  returned: "A courier has taken it out; it is on its way back.",
  cancelled: "The order was cancelled, or nothing was dropped off in time.",
  missing: "The compartment was opened and nothing was in it. Somebody looks into it.",
};
/** The state from which one most often comes to each. */
const usuallyFrom: Readonly<Record<ParcelState, ParcelState | null>> = {
  reserved: null,
  shipped: "reserved",
  delivered: "shipped",
  stored: "delivered",
  collected: "stored",
  expired: "stored",
  returned: "expired",
  cancelled: "reserved",
  missing: "stored",
};
const isInside = (state: ParcelState): boolean => !["reserved", "shipped", "cancelled"].includes(state);
const example = (type: EventType, data: Readonly<Record<string, unknown>>): Told["example"] => ({
  type,
  timestamp: "2026-03-03T09:30:00.000Z",
  data,
});
const moved = (state: ParcelState): Told => ({
  when: whenIn[state],
  data: Moved,
  example: example(`parcel.${state}`, {
    ...parcel,
    reservation,
    station,
    compartment: 14,
    from: usuallyFrom[state],
    state,
    expiresAt: isInside(state) ? "2026-03-06T09:30:00.000Z" : null,
  }),
});

type ToldReturn = (typeof toldReturnStates)[number];
const returnIn: Readonly<Record<ToldReturn, string>> = {
  ready: "A return is expected: its customer has the code with which a compartment opens.",
  dropped_off: "The customer has put it in, and the door is shut.",
  missing: "The compartment was opened and nothing was in it. Somebody looks into it.",
  retrieved: "The carrier has taken it out; it is on its way to you.",
  received: "You, or whoever it goes to, have it.",
  cancelled: "Its customer, or you, called it off before it was put in.",
  lapsed: "It was not put in in time; the compartment is free again.",
  undelivered: "A sending that nobody collected: its carrier has it, and brings it back to whoever sent it.",
};
const returned = (state: ToldReturn): Told => ({
  when: returnIn[state],
  data: ReturnMoved,
  example: example(`return.${state}`, {
    ...parcel,
    return: parcel.parcel,
    of: "01990000-0000-7000-8000-000000001000",
    orderId: "1001",
    station,
    compartment: 14,
    until: "2026-03-09T09:30:00.000Z",
    from: null,
    state,
    ending: null,
  }),
});

const others: Readonly<Record<Exclude<EventType, `parcel.${ParcelState}` | `return.${ToldReturn}`>, Told>> = {
  "parcel.window_moved": {
    when: "The time to collect ends at another moment: more time was taken, or the clock stood still while nobody could get at the parcel.",
    data: WindowMoved,
    example: example("parcel.window_moved", { ...parcel, station, expiresAt: "2026-03-09T09:30:00.000Z", isStopped: false }),
  },
  "parcel.redirected": {
    when: "It goes to another station or compartment than was planned.",
    data: Redirected,
    example: example("parcel.redirected", {
      ...parcel,
      reservation,
      from: station,
      station: "01990000-0000-7000-8000-000000000058",
      compartment: 3,
    }),
  },
  "parcel.recalled": {
    when: "It is no longer its recipient's to collect although its time is not over; a courier takes it out.",
    data: Recalled,
    example: example("parcel.recalled", { ...parcel, station, compartment: 14, reason: "recalled" }),
  },
  "parcel.condition": {
    when: "What has to happen before the parcel is given out has happened (`met`), or nothing is asked any more (`over`).",
    data: ConditionChanged,
    example: example("parcel.condition", {
      ...parcel,
      condition: "01990000-0000-7000-8000-000000003001",
      kind: "age_check",
      proxy: null,
      state: "met",
      missing: [],
    }),
  },
  "parcel.cancellation": {
    when: "The cancellation of a parcel that was on its way has come further.",
    data: Cancelling,
    example: example("parcel.cancellation", { ...parcel, state: "given_back", refundDue: true, reason: "Ordered twice" }),
  },
  "webhook.test": {
    when: "You asked for it: `POST /webhooks/{id}/test`. Sent whatever the types of the endpoint are.",
    data: TriedOut,
    example: example("webhook.test", { endpoint: "01990000-0000-7000-8000-000000006001" }),
  },
};

const toldOf = (type: EventType): Told => {
  if (type in others) return others[type as keyof typeof others];
  const [about, state] = type.split(".") as ["parcel" | "return", string];
  return about === "return" ? returned(state as ToldReturn) : moved(state as ParcelState);
};
/** Everything that webhooks tell, in the order of `eventTypes`. */
export const catalogue: ReadonlyMap<EventType, Told> = new Map(eventTypes.map((type) => [type, toldOf(type)]));

/** The whole body of one kind of event, as it is posted. */
export const eventOf = (type: EventType): z.ZodObject =>
  z.object({ type: z.literal(type), timestamp: z.iso.datetime(), data: catalogue.get(type)!.data });
