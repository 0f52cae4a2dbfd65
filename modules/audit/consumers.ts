import { CommandGiven, ConditionMoved, KeysChanged, ProxyChanged, SignerStopped, StaffOpeningMoved } from "@pigeonhole/access/events";
import { ProblemReported, ProblemSettled, Scanned } from "@pigeonhole/couriers/events";
import {
  Connected,
  DiagnosisBegan,
  DiagnosisEnded,
  Disconnected,
  Enrolled,
  Quarantined,
  Renewed,
  Reported,
  Revoked,
  WearNoticed,
} from "@pigeonhole/devices/events";
import { Replayed } from "@pigeonhole/deadletters/events";
import { RolloutChanged } from "@pigeonhole/firmware/events";
import { SecondFactorChanged, SignedIn, SignInFailed } from "@pigeonhole/identity/events";
import { Broken, Mended } from "@pigeonhole/invariants/events";
import { AcceptanceKept, AcceptanceWaived, CompartmentSet, StationMoved } from "@pigeonhole/network/events";
import { Archived, ArchiveEnded, ArchiveRead, Erased, ErasureAsked, HoldChanged } from "@pigeonhole/privacy/events";
import { Inspected, InspectionOpened, Moved, WindowsSet } from "@pigeonhole/reservations/events";
import { Authorised, ReturnMoved } from "@pigeonhole/returns/events";
import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import type { Fact } from "@pigeonhole/kit/fact";
import type { z } from "zod";
import { EndpointChanged } from "@pigeonhole/webhooks/events";
import type { Access } from "./chain.ts";
import { LookedUp } from "@pigeonhole/parcels/events";
import { Exported } from "./events.ts";
import { append } from "./queries.ts";
import { ofStation } from "./station-facts.ts";
import type { Tables } from "./tables.ts";

/** An id of ours, as `actorText` writes it; whatever else somebody typed may be personal and is not kept. */
const known = (subject: string): string =>
  /^(customer|proxy|courier|operator|shop|carrier|module):[\w-]{1,64}$|^staff:[\w-]{36}\+[\w-]{36}$/.test(subject) ? subject : "unknown";
const station = (id: string): string => `station:${id}`;
type Noted = Omit<Access, "at"> & { readonly at?: Date };

export const auditConsumer = ({ now }: { readonly now: Now }): Consumer => {
  const note = <Type extends string, Shape extends z.ZodRawShape>(
    kind: Fact<Type, Shape>,
    entryOf: (payload: z.output<z.ZodObject<Shape>>) => Noted,
  ) =>
    on(kind, async (tx: Tx<Tables>, payload, event) => {
      const entry = entryOf(payload);
      await append(tx, { at: event.occurredAt, ...entry, detail: { ...entry.detail, event: event.id } }, now());
    });
  const none = { station: null, compartment: null, result: "ok", detail: {} } as const;
  return {
    name: "audit",
    handlers: [
      note(Reported, (r) => ({
        ...ofStation(r.station, r.event),
        at: new Date(r.at),
        station: r.station,
        detail: { ...ofStation(r.station, r.event).detail, epoch: r.epoch, seq: r.seq },
      })),
      note(Enrolled, (e) => ({
        ...none,
        station: e.station,
        actor: station(e.station),
        action: "station_enrolled",
        detail: { epoch: e.epoch },
      })),
      note(InspectionOpened, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: station(e.station),
        action: "inspection_opened",
        result: e.reason,
        detail: { inspection: e.inspection, parcel: e.parcel },
      })),
      note(Inspected, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: known(e.actor),
        action: "compartment_inspected",
        result: e.isEmpty ? "empty" : "as_recorded",
        detail: { note: e.note, epoch: e.epoch, seq: e.seq },
      })),
      note(Connected, (e) => ({ ...none, station: e.station, actor: station(e.station), action: "station_connected" })),
      note(Disconnected, (e) => ({ ...none, station: e.station, actor: station(e.station), action: "station_disconnected" })),
      note(Revoked, (e) => ({
        ...none,
        station: e.station,
        actor: known(e.actor),
        action: "station_revoked",
        detail: { reason: e.reason },
      })),
      note(DiagnosisBegan, (e) => ({
        ...none,
        station: e.station,
        actor: known(e.actor),
        action: "diagnosis_began",
        detail: { session: e.session, reason: e.reason },
      })),
      note(DiagnosisEnded, (e) => ({
        ...none,
        station: e.station,
        actor: station(e.station),
        action: "diagnosis_ended",
        detail: { session: e.session, why: e.why },
      })),
      note(WearNoticed, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: station(e.station),
        action: "wear_noticed",
        result: e.kind,
        detail: { amount: e.amount, usual: e.usual },
      })),
      note(WindowsSet, (e) => ({ ...none, actor: known(e.actor), action: "windows_set", detail: { owner: e.owner, reason: e.reason } })),
      note(Quarantined, (e) => ({
        ...none,
        station: e.station,
        actor: station(e.station),
        action: "message_quarantined",
        result: "refused",
        detail: { reason: e.reason },
      })),
      note(ProxyChanged, (e) => ({
        ...none,
        station: e.station,
        actor: known(e.actor),
        action: `proxy_${e.change}`,
        detail: { parcel: e.parcel, proxy: e.proxy },
      })),
      note(ConditionMoved, (e) => ({
        ...none,
        station: e.station,
        actor: e.actor === null ? "module:access" : known(e.actor),
        action: `condition_${e.to}`,
        result: e.kind,
        detail: { parcel: e.parcel, condition: e.condition, proxy: e.proxy, how: e.how, reason: e.reason },
      })),
      note(CommandGiven, (e) => ({
        station: e.station,
        compartment: e.compartment,
        actor: known(e.actor),
        action: `command_${e.action}`,
        result: e.outcome,
        detail: { command: e.command, purpose: e.purpose, parcel: e.parcel, reason: e.reason },
      })),
      note(Scanned, (e) => ({
        ...none,
        station: e.station,
        actor: `courier:${e.courier}`,
        action: "label_scanned",
        result: e.outcome,
        detail: { route: e.route, parcel: e.parcel },
      })),
      note(ProblemReported, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: `courier:${e.courier}`,
        action: "delivery_problem",
        result: e.reason,
        detail: { route: e.route, parcel: e.parcel },
      })),
      note(ProblemSettled, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: "module:couriers",
        action: "delivery_problem_settled",
        result: e.outcome,
        detail: { route: e.route, parcel: e.parcel, reason: e.reason },
      })),
      note(CompartmentSet, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: known(e.actor),
        action: `compartment_${e.state}`,
        detail: { reason: e.reason },
      })),
      note(Renewed, (e) => ({
        ...none,
        station: e.station,
        actor: station(e.station),
        action: "certificate_renewed",
        detail: { expiresAt: e.expiresAt },
      })),
      note(StaffOpeningMoved, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: known(e.actor),
        action: `opening_${e.change}`,
        detail: { opening: e.opening, parcel: e.parcel, reason: e.reason },
      })),
      note(KeysChanged, (e) => ({ ...none, actor: known(e.actor), action: `signing_key_${e.state}`, detail: { kid: e.kid } })),
      note(SignerStopped, (e) => ({
        ...none,
        station: e.station,
        actor: "module:access",
        action: "signer_stopped",
        result: "refused",
        detail: { scope: e.scope, limit: e.limit },
      })),
      note(StationMoved, (e) => ({
        ...none,
        station: e.station,
        actor: known(e.actor),
        action: `station_${e.to}`,
        detail: { from: e.from, cause: e.cause, reason: e.reason, inspection: e.inspection },
      })),
      note(AcceptanceKept, (e) => ({
        ...none,
        station: e.station,
        actor: station(e.station),
        action: "acceptance_kept",
        result: e.isWhole ? "ok" : "incomplete",
        detail: { acceptedAt: e.acceptedAt, isSimulated: e.isSimulated },
      })),
      note(AcceptanceWaived, (e) => ({
        ...none,
        station: e.station,
        actor: known(e.actor),
        action: "acceptance_waived",
        detail: { reason: e.reason },
      })),
      note(Moved, (e) => ({
        ...none,
        station: e.to.station,
        compartment: e.to.compartment,
        actor: "module:reservations",
        action: "reservation_moved",
        detail: { reservation: e.reservation, parcel: e.parcel, from: e.from, why: e.why },
      })),
      note(ReturnMoved, (e) => ({
        ...none,
        station: e.station,
        compartment: e.compartment,
        actor: e.actor === null ? "module:returns" : known(e.actor),
        action: `${e.kind}_${e.to}`,
        result: e.ending ?? "ok",
        detail: { parcel: e.parcel, from: e.from, of: e.of },
      })),
      note(Authorised, (e) => ({
        ...none,
        actor: known(e.owner),
        action: "return_authorised",
        detail: { authorisation: e.authorisation, parcel: e.of },
      })),
      note(RolloutChanged, (e) => ({
        ...none,
        actor: known(e.actor),
        action: `firmware_rollout_${e.change}`,
        detail: { rollout: e.rollout, model: e.model, release: e.release, reason: e.reason },
      })),
      note(Replayed, (e) => ({
        ...none,
        actor: known(e.actor),
        action: "dead_letters_replayed",
        detail: { consumer: e.consumer, seq: e.seq, count: e.count, reason: e.reason },
      })),
      note(Broken, (e) => ({
        ...none,
        actor: "module:invariants",
        action: "invariant_broken",
        detail: { invariant: e.invariant, says: e.says, what: e.what, breach: e.breach },
      })),
      note(Mended, (e) => ({
        ...none,
        actor: e.actor === null ? "module:invariants" : known(e.actor),
        action: "invariant_mended",
        detail: { invariant: e.invariant, says: e.says, what: e.what, breach: e.breach, note: e.note },
      })),
      note(Exported, (e) => ({
        ...none,
        actor: known(e.actor),
        action: "audit_exported",
        detail: { format: e.format, upTo: e.upTo, ...e.filter },
      })),
      note(ErasureAsked, (e) => ({
        ...none,
        actor: known(e.actor),
        action: `erasure_${e.change}`,
        detail: { erasure: e.erasure, reason: e.reason },
      })),
      note(Erased, (e) => ({ ...none, actor: "module:privacy", action: "person_erased", detail: { erasure: e.erasure } })),
      note(HoldChanged, (e) => ({
        ...none,
        actor: known(e.actor),
        action: `legal_hold_${e.change}`,
        detail: { hold: e.hold, subject: e.subject, parcel: e.parcel, reason: e.reason },
      })),
      note(Archived, (e) => ({ ...none, actor: "module:privacy", action: "history_archived", detail: e })),
      note(ArchiveEnded, (e) => ({ ...none, actor: "module:privacy", action: "archive_destroyed", detail: e })),
      note(ArchiveRead, ({ actor, ...e }) => ({ ...none, actor: known(actor), action: "archive_read", detail: e })),
      note(EndpointChanged, (e) => ({ ...none, actor: known(e.owner), action: `webhook_${e.change}`, detail: { endpoint: e.endpoint } })),
      note(LookedUp, (e) => ({
        ...none,
        actor: known(e.actor),
        action: "recipient_looked_up",
        detail: { reason: e.reason, found: e.found },
      })),
      note(SignedIn, (e) => ({ ...none, actor: known(e.subject), action: "signed_in", detail: { session: e.session } })),
      note(SecondFactorChanged, (e) => ({
        ...none,
        actor: known(e.actor),
        action: `second_factor_${e.change}`,
        detail: { operator: e.operator, reason: e.reason },
      })),
      note(SignInFailed, (e) => ({
        ...none,
        actor: known(e.subject),
        action: "sign_in_failed",
        result: "refused",
        detail: { reason: e.reason },
      })),
    ],
  };
};
