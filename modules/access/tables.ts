import type { DepositReason, HoldReason } from "@pigeonhole/protocol/reasons";
import type { ColumnType, Generated } from "kysely";
import type { CommandWish, GrantState } from "./contract.ts";
import type { ConditionState, Means } from "./conditions/contract.ts";
import type { OpeningState, StaffOpening } from "./staff/contract.ts";
import type { OrderWindows } from "@pigeonhole/reservations/windows/contract";
import type { DeathReason, Service } from "./domain.ts";

export interface Tables {
  "access.code_key": { station: string; epoch: number; sealed: string };
  "access.grant": {
    id: string;
    kind: "pickup" | "dropoff" | "return" | "collection";
    state: GrantState;
    reservation: string | null;
    parcel: string;
    station: string;
    compartment: number;
    owner: string;
    carrier: string | null;
    service: Service;
    generation: number;
    not_before: Date;
    expires_at: Date | null;
    opened_at: Date | null;
    collected_at: Date | null;
    began_at: Generated<Date | null>;
    promised_until: Generated<Date | null>;
    stopped_since: Generated<Date | null>;
    windows: Generated<OrderWindows | null>;
    extended: Generated<number>;
    /** Whose right it is, when it is not the owner's own. */
    proxy: Generated<string | null>;
    /** What has to happen before it opens (N11); for one of a proxy, theirs. */
    held: Generated<HoldReason[]>;
    /** Parcels of one recipient in one compartment: their rights have this in common (N5). */
    shared: Generated<string | null>;
  };
  "access.condition": {
    id: string;
    parcel: string;
    kind: HoldReason;
    proxy: string | null;
    state: ConditionState;
    minimum_age: number | null;
    amount_minor: number | null;
    currency: string | null;
    url: string | null;
    asked_at: Date;
    ended_at: Date | null;
    attested_by: string | null;
    how: Means | null;
    reason: string | null;
  };
  "access.station": { station: string; can_hold: boolean };
  "access.vacation": { parcel: string; began_at: Date; ended_at: Date };
  "access.proxy": {
    id: string;
    parcel: string;
    named_by: string;
    sealed: string;
    token_hash: string;
    named_at: Date;
    ended_at: Date | null;
    ended_as: "revoked" | "collected" | "over" | null;
  };
  "access.person": { id: string; customer: string; sealed: string; kept_at: Date };
  "access.outage": { station: string; compartment: number; cause: string; began_at: Date; ended_at: Date | null };
  "access.code": {
    grant: string;
    generation: number;
    station: string;
    code_hash: string;
    sealed: string;
    minted_at: Date;
    died_at: Date | null;
    reason: DeathReason | null;
  };
  "access.early_deposit": { parcel: string; station: string; compartment: number; at: Date };
  "access.attempt": { station: string; path: "code" | "qr"; spent: number; total: number; counted_at: Date };
  "access.decision": { station: string; ask: string; answer: ColumnType<unknown, string | null, string>; at: Date };
  "access.command": {
    id: string;
    station: string;
    compartment: number;
    action: CommandWish["action"];
    purpose: string;
    /** Null for an empty compartment, which staff alone open. */
    parcel: string | null;
    /** The right by which it was given; null: the parcel's only one of the purpose's kind. */
    grant: Generated<string | null>;
    actor: string;
    given_at: Date;
    outcome: string | null;
    reason: string | null;
    release_reason: DepositReason | null;
  };
  "access.staff_opening": {
    id: string;
    station: string;
    compartment: number;
    parcel: string | null;
    reason: string;
    state: OpeningState;
    requested_by: string;
    requested_at: Date;
    expires_at: Date;
    decided_by: string | null;
    decided_at: Date | null;
    note: string | null;
    command: string | null;
    outcome: StaffOpening["outcome"];
    outcome_reason: string | null;
  };
  "access.phone_attempt": { grant: string; spent: number; counted_at: Date };
  "access.signing_key": {
    number: number;
    kid: string;
    sealed: string;
    announced_at: Date;
    present_at: Date | null;
    retired_at: Date | null;
  };
  "access.signature": { command: string; station: string; parcel: string | null; action: string; at: Date };
  "access.signer_alarm": { minute: Date; scope: string };
}
