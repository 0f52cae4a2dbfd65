import type { Size } from "@pigeonhole/network/layout";
import type { ColumnType, Generated } from "kysely";
import type { Parcel, ParcelState, RecallReason } from "./contract.ts";

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
  };
  "parcels.timeline": {
    parcel: string;
    state: ParcelState;
    at: Date;
    actor: string | null;
    station: string | null;
    epoch: number | null;
    seq: number | null;
  };
  "parcels.early": { id: Generated<number>; parcel: string; news: ColumnType<unknown, string, never> };
}
