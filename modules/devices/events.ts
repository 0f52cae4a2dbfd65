import { fact } from "@pigeonhole/kit/fact";
import { Envelope, StationEvent } from "@pigeonhole/protocol/messages";
import { z } from "zod";

/** A station has its certificate. `sealedCodeKey`: 32 bytes base64url, sealed at place `code_key|<station>|<epoch>`. */
export const Enrolled = fact("devices.enrolled", "station", { station: z.uuid(), epoch: z.int(), sealedCodeKey: z.string() });
export const Connected = fact("devices.connected", "station", { station: z.uuid() });
/** What a station can do beside version 1 of the protocol (`abilities`) is another than it was. */
export const AbilitiesSaid = fact("devices.abilities_said", "station", { station: z.uuid(), can: z.array(z.string()) });
export const Disconnected = fact("devices.disconnected", "station", { station: z.uuid() });
export const Revoked = fact("devices.revoked", "station", { station: z.uuid(), reason: z.string(), actor: z.string() });
/** A station reported an entry of its log: verified, in order, each exactly once. `parcel` is the parcel that the event is about, if any. */
export const Reported = fact("devices.reported", "station", {
  station: z.uuid(),
  epoch: z.int(),
  seq: z.int(),
  at: z.iso.datetime(),
  parcel: z.uuid().nullable(),
  event: StationEvent.shape.event,
});
/**
 * The entry itself, as the station signed it, where it says something of who has a parcel: evidence for custody receipts. `certificate`: PEM,
 * of the key that signed it. Told right after the report of the same entry, each exactly once.
 */
export const Attested = fact("devices.attested", "parcel", { parcel: z.uuid(), envelope: Envelope, certificate: z.string() });
/**
 * A station has said how it was accepted (A11.4): the entry of its log with the record, as it signed it and as that signature was verified.
 * `certificate`: PEM, of the key that signed it. Said again in each epoch.
 */
export const Accepted = fact("devices.accepted", "station", {
  station: z.uuid(),
  epoch: z.int(),
  seq: z.int(),
  envelope: Envelope,
  certificate: z.string(),
});
/** A station says that its doors are wired otherwise than it said before, or says it for the first time; `wiring` is the protocol's digest. */
export const Wired = fact("devices.wired", "station", { station: z.uuid(), wiring: z.string() });
/** What a station sent could not be true: bad signature, broken chain, a number used twice. Kept aside, nothing guessed. */
export const Quarantined = fact("devices.quarantined", "station", { station: z.uuid(), reason: z.string() });
/** A station connected while its former connection still stood: a dropped line, or two of one identity (I-41). */
export const SessionTaken = fact("devices.session_taken", "station", { station: z.uuid() });

/** A station has its next certificate, for the same key. */
export const Renewed = fact("devices.renewed", "station", { station: z.uuid(), expiresAt: z.iso.datetime() });
/** Why nobody could get at the parcels: the station was away; tampered with; without power; the door would not open. */
export const outageCauses = ["away", "tamper", "power", "door"] as const;
export type OutageCause = (typeof outageCauses)[number];
const outage = { station: z.uuid(), compartment: z.int().nullable(), cause: z.enum(outageCauses), from: z.iso.datetime() };
/** A station (`compartment` null), or one of its doors, cannot be used since `from`; the deadlines there stand still (F6). */
export const OutageBegan = fact("devices.outage_began", "station", outage);
/** It can be used again since `to`. */
export const OutageEnded = fact("devices.outage_ended", "station", { ...outage, to: z.iso.datetime() });

/**
 * What begins to fail. `flapping`: the switch of a door tells of openings that nobody made and that last a moment (`amount`: so often in a day);
 * `slow_unlock`: locks take longer to let go than they used to; `slow_line`: messages take longer to be confirmed. Both in milliseconds, with what is
 * `usual` at this station.
 */
export const wearKinds = ["flapping", "slow_unlock", "slow_line"] as const;
export type WearKind = (typeof wearKinds)[number];
/** Something at a station begins to fail (A14.4): `compartment` null, the station as a whole. Told once, while it lasts. */
export const WearNoticed = fact("devices.wear_noticed", "station", {
  station: z.uuid(),
  kind: z.enum(wearKinds),
  compartment: z.int().nullable(),
  amount: z.number(),
  usual: z.number().nullable(),
});

/** Somebody looks inside a station, who and why; for the audit trail. */
export const DiagnosisBegan = fact("devices.diagnosis_began", "station", {
  station: z.uuid(),
  session: z.uuid(),
  actor: z.string(),
  reason: z.string(),
});
export const DiagnosisEnded = fact("devices.diagnosis_ended", "station", { station: z.uuid(), session: z.uuid(), why: z.string() });
