import type { Size } from "@pigeonhole/network/layout";
import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { inspectionReasons } from "./inspections/contract.ts";
import type { CompartmentState, endReasons, reservationStates } from "./lifecycle.ts";
import type { Service, Windows } from "./windows/contract.ts";

export interface Tables {
  "reservations.station": {
    id: string;
    name: string;
    address: string | null;
    lat: number;
    lon: number;
    country: string | null;
    time_zone: string;
    opening_hours: string | null;
    step_free: boolean;
    status: string;
    is_connected: boolean;
    cell: number;
  };
  "reservations.link": { station: string; is_connected: boolean; can_share: Generated<boolean> };
  "reservations.compartment": {
    station: string;
    compartment: number;
    size: Size;
    size_rank: GeneratedAlways<number>;
    turn: GeneratedAlways<number>;
    shortest_mm: number;
    middle_mm: number;
    longest_mm: number;
    is_walk_up: boolean;
    is_in_service: boolean;
    is_quarantined: Generated<boolean>;
    state: CompartmentState;
    version: Generated<number>;
    reservation: string | null;
    parcel: string | null;
    until: Date | null;
    /** More than one parcel of one recipient is in it or on its way there. */
    is_shared: Generated<boolean>;
  };
  "reservations.reservation": {
    id: string;
    station: string;
    compartment: number;
    size: Size;
    state: (typeof reservationStates)[number];
    end_reason: (typeof endReasons)[number] | null;
    owner: string;
    order_id: string;
    parcel: string | null;
    expires_at: Date;
    held_at: Date;
    ended_at: Date | null;
    need_rank: Generated<number>;
    shortest_mm: Generated<number>;
    middle_mm: Generated<number>;
    longest_mm: Generated<number>;
    is_perishable: Generated<boolean>;
    /** The reservation that waits for its parcel at another station. */
    successor: Generated<string | null>;
    redirect: Generated<string | null>;
    is_unsuited: Generated<boolean>;
    is_return: Generated<boolean>;
    /** The claim that its compartment is booked on, when that is another one of the same recipient. */
    together_with: Generated<string | null>;
    person: Generated<string | null>;
    carrier: Generated<string | null>;
  };
  "reservations.windows": { owner: string; windows: ColumnType<Windows, string, string>; set_at: Date };
  "reservations.promise": { subject: string; service: Service };
  "reservations.inspection": {
    id: string;
    station: string;
    compartment: number;
    parcel: string | null;
    what: string;
    at: Date;
    epoch: number;
    seq: number;
    reason: (typeof inspectionReasons)[number];
    is_blocking: boolean;
    resolved_at: Date | null;
    resolved_by: string | null;
    finding: "empty" | "as_recorded" | null;
    note: string | null;
  };
}
