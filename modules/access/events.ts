import { languages } from "@pigeonhole/identity/contract";
import { fact } from "@pigeonhole/kit/fact";
import { holdReasons, pickupReasons } from "@pigeonhole/protocol/reasons";
import { z } from "zod";
import { ageMeans, conditionStates, paymentMeans } from "./conditions/contract.ts";

/** What a station has to know of grants and dead codes is no longer what it was told. */
export const GrantsChanged = fact("access.grants_changed", "station", { station: z.uuid() });
/** Whoever collects says from their phone that something is wrong: somebody has to look into the compartment (F7). */
export const PickupProblemTold = fact("access.pickup_problem_told", "parcel", {
  parcel: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
  reason: z.enum([...pickupReasons, "will_not_close", "will_not_open"]),
  actor: z.string(),
});
/** A pick-up code is live: after the deposit (`reason: deposited`) or because a fresh one replaces it (`reissued`). The code itself is asked of access. */
export const PickupReady = fact("access.pickup_ready", "parcel", {
  parcel: z.uuid(),
  grant: z.uuid(),
  generation: z.int(),
  station: z.uuid(),
  compartment: z.int(),
  expiresAt: z.iso.datetime(),
  reason: z.enum(["deposited", "reissued"]),
});
/** A customer's drop-off code is live, or another one has taken its place; asked of access. `parcel`: the id of what is put in. */
export const DropOffReady = fact("access.drop_off_ready", "parcel", {
  parcel: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
  generation: z.int(),
  until: z.iso.datetime(),
});
/**
 * A pick-up window ends at another time, or its clock stopped or goes on (F6). `pauses`: every time in which it stood still so far, apart
 * from each other, in order; the last has no end while it stands. Without pauses: as promised at the deposit.
 */
export const Pause = z.object({ from: z.iso.datetime(), to: z.iso.datetime().nullable(), cause: z.string() });
export const WindowMoved = fact("access.window_moved", "parcel", {
  parcel: z.uuid(),
  station: z.uuid(),
  expiresAt: z.iso.datetime(),
  isStopped: z.boolean(),
  pauses: z.array(Pause),
});
/** A recipient has taken more time (N8). Told besides `window_moved`, which says where the window ends whatever the cause. `left`: how often more may be taken. */
export const WindowExtended = fact("access.window_extended", "parcel", {
  parcel: z.uuid(),
  station: z.uuid(),
  actor: z.string(),
  expiresAt: z.iso.datetime(),
  left: z.int(),
});
/** A remote command was given and how it ended, for the audit trail. */
export const CommandGiven = fact("access.command_given", "station", {
  station: z.uuid(),
  compartment: z.int(),
  command: z.uuid(),
  action: z.string(),
  purpose: z.string(),
  parcel: z.uuid().nullable(),
  actor: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
});

/**
 * Staff want to open a door (`requested`), and what became of that: `approved` by another person, `refused`, or `lapsed` because nobody
 * decided. `actor`: whoever did this step.
 */
export const StaffOpeningMoved = fact("access.staff_opening_moved", "station", {
  opening: z.uuid(),
  station: z.uuid(),
  compartment: z.int(),
  parcel: z.uuid().nullable(),
  change: z.enum(["requested", "approved", "refused", "lapsed"]),
  actor: z.string(),
  reason: z.string(),
});

/** A key that signs for stations came, took over, or went. Every station has to hear of it. */
export const KeysChanged = fact("access.keys_changed", "kid", {
  kid: z.string(),
  state: z.enum(["next", "present", "former", "retired"]),
  actor: z.string(),
});
/** The signer has reached a limit and signs no more openings for a while: an alarm. */
export const SignerStopped = fact("access.signer_stopped", "station", {
  station: z.uuid(),
  scope: z.enum(["station", "fleet", "parcel"]),
  limit: z.int(),
});

/**
 * Somebody may collect a parcel for its owner, no longer may, or has. `actor`: who named or revoked them; for `collected`, the proxy. `sealed`: who it
 * is, where the link was sent and what it ends with (`ProxyTold`), at place `access.proxy_told|<proxy>`, under the key of whoever named them.
 */
export const ProxyChanged = fact("access.proxy_changed", "parcel", {
  parcel: z.uuid(),
  proxy: z.uuid(),
  station: z.uuid(),
  change: z.enum(["named", "revoked", "collected"]),
  actor: z.string(),
  sealed: z.string().nullable().default(null),
});
/**
 * Something that has to happen before a parcel is given out went from one state to the next (N11); `from` is null when it is new. `actor`, `how`, `reason`: who
 * attests it. `held`: what is still missing of whose right it is; `isInside`: the parcel lies there already.
 */
export const ConditionMoved = fact("access.condition_moved", "parcel", {
  condition: z.uuid(),
  parcel: z.uuid(),
  station: z.uuid(),
  kind: z.enum(holdReasons),
  proxy: z.uuid().nullable(),
  from: z.enum(conditionStates).nullable(),
  to: z.enum(conditionStates),
  actor: z.string().nullable(),
  how: z.enum([...ageMeans, ...paymentMeans]).nullable(),
  reason: z.string().nullable(),
  held: z.array(z.enum(holdReasons)),
  isInside: z.boolean(),
});
/** What is sealed in `ProxyChanged`. */
export const ProxyTold = z.object({ name: z.string(), email: z.string().nullable(), language: z.enum(languages), token: z.string() });
export type ProxyTold = z.output<typeof ProxyTold>;
