import type { Size } from "@pigeonhole/network/layout";
import type { OrderWindows } from "@pigeonhole/reservations/windows/contract";
import type { ColumnType, Generated } from "kysely";
import type { Parcel, ParcelState, RecallReason } from "./contract.ts";
import type { Diversion } from "./diversion/contract.ts";
import type { CancellationState } from "./cancelling/contract.ts";
import type { RedirectReason, RedirectState } from "./redirects/contract.ts";

export interface Tables {
  "parcels.parcel": {
    id: string;
    number: string;
    state: ParcelState;
    reservation: string | null;
    station: string;
    compartment: number;
    size: Size;
    order_id: string;
    barcode: string;
    label_key: string;
    owner: string;
    carrier: string | null;
    service: "standard" | "prime" | "business";
    sealed_recipient: string | null;
    recipient_subject: string | null;
    recipient_hash: string | null;
    created_at: Date;
    deliver_by: Date;
    deposited_at: Date | null;
    collected_at: Date | null;
    expires_at: Date | null;
    /** As `Parcel.pauses` of the contract. */
    pauses: ColumnType<Parcel["pauses"], string | undefined, string>;
    is_stopped: Generated<boolean>;
    recalled_for: Generated<RecallReason | null>;
    windows: Generated<OrderWindows | null>;
    /** As `Parcel.extensions` of the contract. */
    extensions: ColumnType<Parcel["extensions"], string | undefined, string>;
    is_perishable: Generated<boolean>;
    /** Stations for which it was planned before. */
    former: Generated<string[]>;
    /** Which delivery it is on: one that is delivered again goes through the same states once more. */
    leg: Generated<number>;
  };
  "parcels.vacation": { subject: string; began_at: Date; ended_at: Date };
  "parcels.diversion": { subject: string; may: Diversion; said_at: Date };
  "parcels.timeline": {
    parcel: string;
    leg: Generated<number>;
    state: ParcelState;
    at: Date;
    actor: string | null;
    station: string | null;
    epoch: number | null;
    seq: number | null;
  };
  "parcels.redirect": {
    id: string;
    parcel: string;
    reservation: string;
    station_from: string;
    station_to: string;
    state: RedirectState;
    asked_by: string;
    note: string | null;
    reason: RedirectReason | null;
    is_inside: boolean;
    waiting: string | null;
    until: Date | null;
    attempts: number;
    next_at: Date;
    created_at: Date;
    ended_at: Date | null;
  };
  "parcels.cancellation": {
    parcel: string;
    state: CancellationState;
    asked_by: string;
    reason: string;
    attempts: number;
    next_at: Date;
    asked_at: Date;
    changed_at: Date;
  };
  "parcels.early": { id: Generated<number>; parcel: string; news: ColumnType<unknown, string, never> };
}
