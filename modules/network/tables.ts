import type { AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import type { Envelope } from "@pigeonhole/protocol/messages";
import type { ColumnType } from "kysely";
import type { Layout } from "./layout.ts";
import type { StationStatus, SuspensionCause } from "./lifecycle.ts";

export interface Tables {
  "network.station": {
    id: string;
    import_key: string | null;
    name: string;
    lat: number;
    lon: number;
    carrier: string | null;
    address: string | null;
    country: string | null;
    time_zone: string;
    opening_hours: string | null;
    step_free: boolean;
    support_phone: string | null;
    status: StationStatus;
    suspended_for: SuspensionCause | null;
    layout: ColumnType<Layout, string, string>;
    walk_up: number[];
  };
  "network.acceptance": {
    station: string;
    digest: string;
    epoch: number;
    seq: number;
    accepted_at: Date;
    received_at: Date;
    record: ColumnType<AcceptanceRecord, string, never>;
    passed: number[];
    failed: number[];
    wiring: string;
    entry: ColumnType<Envelope, string, never>;
    certificate: string;
  };
  "network.wiring": { station: string; wiring: string; told_at: Date };
  "network.waiver": { station: string; reason: string; actor: string; since: Date | null };
  "network.maintenance": { station: string; compartment: number; reason: string; since: Date };
}
