import type { Result } from "@pigeonhole/protocol/messages";
import type { ColumnType, Generated } from "kysely";
import type { Look } from "./diagnostics/contract.ts";
import type { OutageCause } from "./events.ts";
import type { TelemetryTables } from "./telemetry/tables.ts";
import type { WearTables } from "./wear/tables.ts";

type Json = ColumnType<unknown, string, string>;

export interface DeviceTable {
  station: string;
  epoch: number;
  enrolled_at: Date;
  revoked_at: Date | null;
  connected: Generated<boolean>;
  boot_id: string | null;
  last_seen_at: Date | null;
  command_seq: Generated<number>;
  event_seq: Generated<number>;
  event_digest: Generated<string>;
  reported_version: number | null;
  pending_events: number | null;
  open_doors: Generated<number[]>;
  temperature_c: number | null;
  mains: boolean | null;
  battery_percent: number | null;
  firmware: string | null;
  quarantine: string | null;
  inspected_seq: Generated<number>;
  can: Generated<string[]>;
  wiring: Generated<string | null>;
  every_seconds: Generated<number>;
}

export interface Tables extends TelemetryTables, WearTables {
  "devices.diagnosis": {
    session: string;
    station: string;
    asked_by: string;
    reason: string;
    began_at: Date;
    until: Date;
    connected_at: Generated<Date | null>;
    ended_at: Generated<Date | null>;
    ended_why: Generated<string | null>;
    log: Generated<string[]>;
    status: ColumnType<Look["status"], undefined, string>;
    self_test: ColumnType<Look["selfTest"], undefined, string>;
    network: ColumnType<Look["network"], undefined, string>;
  };
  "devices.outage": { station: string; compartment: number; cause: OutageCause; began_at: Date; ended_at: Date | null };
  "devices.station": { id: string; status: string; document: Json };
  "devices.device": DeviceTable;
  "devices.certificate": {
    serial: string;
    station: string;
    epoch: number;
    public_key: string;
    certificate: string;
    issued_at: Date;
    expires_at: Date;
    revoked_at: Date | null;
    replaced_at: Date | null;
  };
  "devices.enrolment_token": {
    hash: string;
    station: string;
    created_by: string;
    created_at: Date;
    expires_at: Date;
    used_at: Date | null;
    serial: string | null;
  };
  "devices.desired": { station: string; version: number; content: string; issued_at: Date };
  "devices.station_event": {
    station: string;
    epoch: number;
    seq: number;
    at: Date;
    received_at: Date;
    type: string;
    compartment: number | null;
    digest: string;
    kid: string;
    sig: string;
    body: string;
  };
  "devices.early_event": {
    station: string;
    epoch: number;
    seq: number;
    digest: string;
    body: string;
    carried_by: string;
    received_at: Date;
    confirmed_at: Date | null;
  };
  "devices.quarantine": { station: string; digest: string; reason: string; received_at: Date; message: string };
  "devices.command": {
    id: string;
    station: string;
    epoch: number;
    seq: number;
    sent_at: Date;
    body: string;
    outcome: Result["outcome"] | null;
    reason: string | null;
    answered_at: Date | null;
  };
  "devices.inspected": { station: string; compartment: number; epoch: number; seq: number; is_empty: boolean };
  "devices.ask": { station: string; id: string; received_at: Date };
  "devices.authority": { only_one: Generated<boolean>; sealed: string; created_at: Date };
}
