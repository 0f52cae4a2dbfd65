import type { Size } from "@pigeonhole/network/layout";
import type { DropState, RouteState } from "./contract.ts";
import type { MistakeTables } from "./mistakes/tables.ts";
import type { RetrievalTables } from "./retrievals/tables.ts";

export interface Tables extends MistakeTables, RetrievalTables {
  "couriers.route": {
    id: string;
    tenant: string;
    carrier: string;
    courier: string;
    name: string;
    day: string;
    time_zone: string;
    state: RouteState;
    created_at: Date;
    started_at: Date | null;
    done_at: Date | null;
  };
  "couriers.stop": { route: string; station: string; position: number; name: string; address: string | null; lat: number; lon: number };
  "couriers.scan": {
    id: string;
    route: string;
    courier: string;
    station: string;
    parcel: string | null;
    outcome: string;
    reason: string | null;
    command: string | null;
    opened_epoch: number | null;
    opened_seq: number | null;
    is_closed: boolean;
    beside: number;
    key: string | null;
    fingerprint: string | null;
    at: Date;
  };
  "couriers.drop": {
    route: string;
    parcel: string;
    station: string;
    number: string;
    barcode: string;
    label_key: string;
    compartment: number;
    size: Size;
    state: DropState;
    scan: string | null;
    skip_reason: string | null;
  };
}
