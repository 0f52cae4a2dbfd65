import { z } from "zod";
import { AcceptanceRecord } from "./acceptance.ts";
import { FirmwareEvent, WantedFirmware } from "./firmware.ts";
import { Diagnosis } from "./diagnostics.ts";
import { heldBy } from "./held.ts";
import { Inspected } from "./inspected.ts";
import { NoiseCount } from "./noise-count.ts";
import { depositReasons, pickupReasons, quarantineReasons, refusalReasons } from "./reasons.ts";
import { Service } from "./service.ts";
import { SigningKeys } from "./signing-keys.ts";
import { beside } from "./together.ts";

/** 64 bytes, base64url, spelled in the one canonical way: the last letter carries four bits that have to be zero. */
const signature = z.string().regex(/^[A-Za-z0-9_-]{85}[AQgw]$/);

/**
 * A signed message: `body` is JSON text, signed exactly as it is sent, so that no two encoders need to agree. The signature covers
 * `pigeonhole/1/<kind>\n<body>`: a message of one kind can not be passed off as another. Ed25519 (RFC 8032), base64url. See envelope.ts.
 */
export const Envelope = z.strictObject({ kid: z.string().min(1).max(64), sig: signature, body: z.string().max(262_144) });
export type Envelope = z.output<typeof Envelope>;

export const sizes = ["small", "medium", "large", "oversized"] as const;
const instant = z.iso.datetime();
const compartment = z.int().min(1).max(999);
const batteryPercent = z.int().min(0).max(100);
const hash = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * A right to have one compartment opened, as the station holds it. `pickup`: its owner takes a parcel out; becomes `active` by the deposit.
 * `dropoff`: a courier puts it in. `return`: a customer puts a parcel in that goes back. `collection`: a courier takes out what has expired
 * or goes back. All four are decided by the station alone when the backend is out of reach.
 */
export const Grant = z.strictObject({
  id: z.uuid(),
  kind: z.enum(["pickup", "dropoff", "return", "collection"]),
  state: z.enum(["issued", "active"]),
  compartment,
  parcel: z.uuid(),
  /** Keyed hash of the typed code; null when the grant is used by QR or command alone. */
  codeHash: hash.nullable(),
  /** A reissue raises it: QR codes of a lower generation are dead. */
  generation: z.int().min(1).max(65_535),
  notBefore: instant,
  /** Half-open: at this instant it is no longer valid. Null: a deposit sets it. */
  expiresAt: instant.nullable(),
  /**
   * Other parcels of the same person that share its compartment (N5), when there are any: a `dropoff` goes in beside them, a `pickup` takes them
   * all out. Only a station that says `share` in `Hello.can` is sent it.
   */
  beside: beside.optional(),
  /** Of a `pickup`: what is missing before its code opens (N11); reasons only ever go. A station that does not say `hold` is sent it when none is left. */
  held: heldBy.optional(),
});
export type Grant = z.output<typeof Grant>;

/** Why a code is dead, remembered for a while so that the answer can be specific (A6.3). */
export const DeadCode = z.strictObject({ codeHash: hash, reason: z.enum(["used", "expired", "replaced", "revoked"]) });

/** Everything the backend wants of a station, whole. Within an epoch its version never falls. */
export const Desired = z.strictObject({
  v: z.literal(1),
  station: z.uuid(),
  epoch: z.int().min(1),
  version: z.int().min(1),
  issuedAt: instant,
  name: z.string(),
  timeZone: z.string(),
  supportPhone: z.string().nullable(),
  /** Obeyed at the doors; `permitsOf` of service.ts says what it means. */
  service: Service,
  /** A technician's inspection covers the station's log up to this entry: what it says of tampering before no longer holds the station. */
  inspectedUpTo: z.int().min(0),
  /** Somebody wants to look inside the station. */
  diagnosis: Diagnosis.nullable(),
  /** The keys to trust from now on: the next one is here before it is used, and a retired one is gone. */
  signingKeys: SigningKeys,
  /** The drawing of the cabinet: `Layout` of modules/network, opaque here. */
  layout: z.unknown(),
  compartments: z.array(z.strictObject({ compartment, size: z.enum(sizes), state: z.enum(["in_service", "maintenance"]) })).max(999),
  /** Compartments that the station may give away by itself; the backend never claims them (I-64). */
  walkUp: z.array(compartment).max(999),
  grants: z.array(Grant).max(4_000),
  deadCodes: z.array(DeadCode).max(4_000),
  /** The release that it shall run; null: the one that it has. */
  firmware: WantedFirmware.nullable(),
  /** The newest inspection of each compartment, of the present epoch. */
  inspected: z.array(Inspected).max(999),
});
export type Desired = z.output<typeof Desired>;

/** An order that is obeyed once, within its time, when the station's own record agrees with `expected`. */
export const Command = z.strictObject({
  v: z.literal(1),
  id: z.uuid(),
  station: z.uuid(),
  epoch: z.int().min(1),
  /** Grows with every command to this station within an epoch. */
  seq: z.int().min(1),
  issuedAt: instant,
  expiresAt: instant,
  /**
   * `open` opens the compartment. `attest_deposit` records the depositor's word that the parcel is in, `release` that it is not. After an opening
   * for a collection: `attest_retrieval`, it is out; `attest_missing`, nothing was there; `release`, it stays inside.
   */
  action: z.enum(["open", "attest_deposit", "attest_retrieval", "attest_missing", "release"]),
  compartment,
  parcel: z.uuid().nullable(),
  /** `collection`: a courier takes out what has expired or goes back. */
  purpose: z.enum(["dropoff", "pickup", "collection", "service"]),
  actor: z.string().max(80),
  /** What the backend believes is in the compartment: a parcel's id, or null for empty. The station refuses when it knows otherwise. */
  expected: z.strictObject({ parcel: z.uuid().nullable() }),
  /** Of a `release`: what the depositor found wrong. */
  reason: z.enum(depositReasons).optional(),
});
export type Command = z.output<typeof Command>;
/** A remote command is valid for so long. Seconds. */
export const commandSeconds = 30;

/** The station's answer to a command: three outcomes, never fired twice (F10). */
export const Result = z.strictObject({
  command: z.uuid(),
  outcome: z.enum(["opened", "done", "refused", "unknown"]),
  /** Machine-readable, when refused: `expired`, `wrong_epoch`, `old_sequence`, `repeated`, `unexpected_state`, `door_open`, `busy`, `too_many_opens`, `no_such_compartment`, `out_of_service`, `suspended`, `bad_signature`, `wrong_station`. */
  reason: z.string().max(80).nullable(),
  at: instant,
});
export type Result = z.output<typeof Result>;

/** First message of every session: what the station already has. */
export const Hello = z.strictObject({
  v: z.literal(1),
  epoch: z.int().min(1),
  desiredVersion: z.int().min(0),
  lastEventSeq: z.int().min(0),
  /** From this entry to the last none is missing: what is older can no longer be sent. 1 in an empty log. */
  oldestEventSeq: z.int().min(1),
  firmware: z.string().max(80),
  bootId: z.uuid(),
  now: instant,
  /** Of the key set that it trusts: to one that was away the backend sends `keys`. `challenge`, new for each connection, it answers with `time` when `now` is off. */
  keyGeneration: z.int().min(1),
  challenge: z.uuid().optional(),
  /** What it can do besides (`abilities`); names that a backend does not know are left aside. */
  can: z.array(z.string().max(40)).max(20).optional(),
});
export type Hello = z.output<typeof Hello>;

export const Heartbeat = z.strictObject({
  now: instant,
  desiredVersion: z.int().min(0),
  pendingEvents: z.int().min(0),
  openDoors: z.array(compartment).max(999),
  temperatureC: z.number().nullable(),
  mains: z.boolean(),
  batteryPercent: z.number().min(0).max(100).nullable(),
  firmware: z.string().max(80),
  /** The next one follows after so long at the latest: a station that saves its battery speaks seldom. */
  everySeconds: z.int().min(5).max(600),
});
export type Heartbeat = z.output<typeof Heartbeat>;
/** A station says so often that it lives, unless it says otherwise; after three times that without a word it counts as away. Seconds. */
export const heartbeatSeconds = 20;

/** `online: false` is the last will. */
export const Presence = z.strictObject({ online: z.boolean(), bootId: z.uuid() });

/** A question at the kiosk that the backend answers first (A6.1). The attempt has been counted already. */
export const Ask = z.strictObject({
  id: z.uuid(),
  codeHash: hash.nullable(),
  grant: z.uuid().nullable(),
  generation: z.int().nullable(),
  at: instant,
});
export type Ask = z.output<typeof Ask>;
export const Answer = z.discriminatedUnion("outcome", [
  z.strictObject({ id: z.uuid(), outcome: z.literal("granted"), grant: Grant }),
  z.strictObject({ id: z.uuid(), outcome: z.literal("refused"), reason: z.enum(refusalReasons) }),
]);
export type Answer = z.output<typeof Answer>;
/** So long the kiosk waits for the backend before it decides alone. Milliseconds. */
export const askTimeoutMs = 800;

/** By what right a door was opened. */
export const Cause = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("command"),
    command: z.uuid(),
    purpose: z.enum(["dropoff", "pickup", "collection", "service"]),
    actor: z.string(),
    parcel: z.uuid().nullable(),
    beside: beside.optional(),
  }),
  z.strictObject({
    kind: z.literal("grant"),
    grant: z.uuid(),
    parcel: z.uuid(),
    by: z.enum(["code", "qr"]),
    decided: z.enum(["backend", "station"]),
    /** Of a pick-up: the other parcels that were given out with it. */
    beside: beside.optional(),
  }),
  z.strictObject({ kind: z.literal("walk_up"), deposit: z.uuid() }),
  /** The same person once more, within two minutes of closing (F6). */
  z.strictObject({ kind: z.literal("reopen"), parcel: z.uuid().nullable(), deposit: z.uuid().nullable() }),
  /** Another compartment of the station's own in the same visit, because `of` could not be used; for whom is as it was (N3). */
  z.strictObject({ kind: z.literal("instead"), of: compartment, parcel: z.uuid().nullable(), deposit: z.uuid().nullable() }),
  z.strictObject({ kind: z.literal("forced") }),
]);

export type Cause = z.output<typeof Cause>;

const eventKinds = [
  /** `wiring`: how it is wired now, as `wiringDigest` of acceptance-digest.ts says it. */
  z.strictObject({ type: z.literal("station_started"), firmware: z.string(), bootId: z.uuid(), wiring: hash.optional() }),
  /** The cabinet was tried out, door by door, before it was given to people; said again in each epoch. `wiring`: as it is now. */
  z.strictObject({ type: z.literal("acceptance_recorded"), record: AcceptanceRecord, wiring: hash }),
  z.strictObject({ type: z.literal("compartment_opened"), compartment, cause: Cause }),
  z.strictObject({ type: z.literal("compartment_closed"), compartment }),
  z.strictObject({
    type: z.literal("open_failed"),
    compartment,
    outcome: z.enum(["refused", "unknown"]),
    reason: z.string(),
    cause: Cause,
  }),
  z.strictObject({ type: z.literal("door_left_open"), compartment, seconds: z.number() }),
  z.strictObject({
    type: z.literal("parcel_deposited"),
    compartment,
    parcel: z.uuid(),
    evidence: z.enum(["depositor", "sensor"]),
    actor: z.string(),
  }),
  /**
   * The depositor's word that the parcel is not in, and what was wrong; `wrong_parcel` also takes back the word that it was in. `instead`: the
   * compartment that the station gives for it in the same visit.
   */
  z.strictObject({
    type: z.literal("deposit_abandoned"),
    compartment,
    parcel: z.uuid(),
    actor: z.string(),
    reason: z.enum(depositReasons).optional(),
    instead: compartment.optional(),
  }),
  /** A customer has put in a parcel that goes back: from now on it is return-pending (A7.1). */
  z.strictObject({
    type: z.literal("return_deposited"),
    compartment,
    parcel: z.uuid(),
    grant: z.uuid(),
    evidence: z.enum(["depositor", "sensor"]),
    actor: z.string(),
  }),
  /**
   * A courier has taken out what had expired or goes back: the door has closed, and a sensor or the courier's word says that it is out. The
   * compartment is free (A7.2, A8.1).
   */
  z.strictObject({ type: z.literal("parcel_retrieved"), compartment, parcel: z.uuid(), grant: z.uuid().nullable(), actor: z.string() }),
  /** A courier opened for it and has left it inside: it lies there as before. */
  z.strictObject({ type: z.literal("retrieval_left"), compartment, parcel: z.uuid(), actor: z.string() }),
  /** Until this instant the one who was there may open once more: nobody else is given the compartment meanwhile (F6). */
  z.strictObject({ type: z.literal("reopen_offered"), compartment, until: instant }),
  /** What is known of the compartment contradicts itself: nothing is guessed, it takes nothing new, somebody has to look. `parcel` and `deposit`: what was believed to be in it. */
  z.strictObject({
    type: z.literal("compartment_quarantined"),
    compartment,
    reason: z.enum(quarantineReasons),
    parcel: z.uuid().nullable(),
    deposit: z.uuid().nullable(),
  }),
  /** The word of an inspection has reached the station; the compartment is in use again. */
  z.strictObject({ type: z.literal("compartment_cleared"), compartment, isEmpty: z.boolean() }),
  /** A new epoch begins with everything that the station believes to lie behind its doors. */
  z.strictObject({
    type: z.literal("contents_stated"),
    contents: z
      .array(z.strictObject({ compartment, parcel: z.uuid().nullable(), deposit: z.uuid().nullable(), isReturn: z.boolean() }))
      .max(999),
  }),
  /** The log was nearly full: these were counted instead of written one by one. */
  z.strictObject({ type: z.literal("noise_summarised"), from: instant, until: instant, counts: z.array(NoiseCount).max(500) }),
  z.strictObject({ type: z.literal("walk_up_deposited"), compartment, deposit: z.uuid(), size: z.enum(sizes), expiresAt: instant }),
  z.strictObject({ type: z.literal("walk_up_abandoned"), compartment, deposit: z.uuid(), reason: z.enum(depositReasons).optional() }),
  /** The door has closed again after a pick-up: the compartment is free (A6.6). `parcel` is null for a walk-up. */
  z.strictObject({
    type: z.literal("parcel_collected"),
    compartment,
    parcel: z.uuid().nullable(),
    deposit: z.uuid().nullable(),
    grant: z.uuid().nullable(),
  }),
  /** Whoever came to take it out says that it is not there, or not theirs. Within the visit this beats `parcel_collected`: nobody has it, and somebody looks. */
  z.strictObject({
    type: z.literal("pickup_disputed"),
    compartment,
    parcel: z.uuid().nullable(),
    deposit: z.uuid().nullable(),
    grant: z.uuid().nullable(),
    reason: z.enum(pickupReasons),
  }),
  z.strictObject({
    type: z.literal("code_refused"),
    reason: z.enum([...refusalReasons, "too_many", "not_ours", "blocked", "full"]),
    by: z.enum(["code", "qr"]),
  }),
  /** A phone has brought word of a right that the line could not (F4): a fresh generation, or that it is withdrawn. */
  z.strictObject({
    type: z.literal("right_received"),
    compartment,
    grant: z.uuid(),
    generation: z.int(),
    isWithdrawn: z.boolean(),
  }),
  z.strictObject({ type: z.literal("command_refused"), command: z.uuid().nullable(), reason: z.string() }),
  /** Mains is gone: the station lives on its battery, and gives up one thing after the other (A11.2). */
  z.strictObject({ type: z.literal("power_lost"), batteryPercent }),
  z.strictObject({ type: z.literal("saving_entered"), batteryPercent }),
  z.strictObject({ type: z.literal("standby_entered"), batteryPercent }),
  z.strictObject({ type: z.literal("shutting_down"), batteryPercent }),
  z.strictObject({ type: z.literal("power_restored"), batteryPercent, seconds: z.int().min(0) }),
  /** The enclosure was opened or moved, or a door forced: from here on the station serves nobody (A10.4) … */
  z.strictObject({ type: z.literal("tampered"), source: z.enum(["enclosure", "forced_door"]), compartment: compartment.nullable() }),
  /** … until it has been inspected. */
  z.strictObject({ type: z.literal("tamper_cleared") }),
  FirmwareEvent,
] as const;

/** One entry of the station's own log: numbered without gaps within an epoch, each naming the SHA-256 of the body before it (the first: 64 zeros). */
export const StationEvent = z.strictObject({
  v: z.literal(1),
  station: z.uuid(),
  epoch: z.int().min(1),
  seq: z.int().min(1),
  previous: hash,
  at: instant,
  event: z.discriminatedUnion("type", eventKinds),
});
export type StationEvent = z.output<typeof StationEvent>;
export type StationFact = StationEvent["event"];

/** Up to so many entries travel together, in order. */
export const maxEventsPerMessage = 50;
export const Events = z.strictObject({ events: z.array(Envelope).min(1).max(maxEventsPerMessage) });
/** Everything up to and including `seq` is safe in the backend; the station may forget it later. The next entry it wants is the one after. */
export const Acknowledge = z.strictObject({ epoch: z.int().min(1), seq: z.int().min(0) });
export type Acknowledge = z.output<typeof Acknowledge>;
