import type { ColumnType, Generated } from "kysely";
import type { MessageState, TemplateName } from "./contract.ts";
import type { Channel } from "./domain.ts";

export interface Tables {
  "notifications.notice": {
    id: string;
    event: string;
    template: Exclude<TemplateName, "sign_in_code">;
    parcel: string | null;
    generation: number | null;
    station: string | null;
    former: string | null;
    sealed_recipient: string | null;
    sealed_details: string | null;
    happened_at: Date;
    attempts: Generated<number>;
    next_at: Date;
    ended_at: Date | null;
    error: string | null;
    acknowledged_at: Generated<Date | null>;
    acknowledged_by: Generated<string | null>;
  };
  "notifications.message": {
    id: string;
    event: string;
    template: TemplateName;
    channel: Channel;
    state: MessageState;
    priority: number;
    parcel: string | null;
    generation: number | null;
    language: string;
    /** The person whom it is for; null when they were erased, or it is from before people had keys of their own. */
    subject: string | null;
    sealed_to: string;
    to_hash: string;
    recipient_hash: string | null;
    sealed_needs: string | null;
    sealed_content: string | null;
    created_at: Date;
    attempts: Generated<number>;
    unknowns: Generated<number>;
    refusals: Generated<number>;
    next_at: Date;
    sent_at: Date | null;
    delivered_at: Generated<Date | null>;
    acknowledged_at: Generated<Date | null>;
    error: string | null;
  };
  "notifications.push_subscription": {
    endpoint_hash: string;
    customer: string;
    subject: string | null;
    to_hash: string;
    sealed: string;
    created_at: Date;
  };
  "notifications.bad_address": { to_hash: string; channel: Channel; since: Date; reason: string };
  "notifications.preference": {
    to_hash: string;
    language: string | null;
    time_zone: string | null;
    quiet_from: number;
    quiet_to: number;
    email: "at_once" | "stand_by";
    sms: "at_once" | "stand_by" | "off";
    push: "at_once" | "off";
    reminders: boolean;
    updated_at: Date;
  };
  "notifications.pickup_window": {
    parcel: string;
    station: string;
    began_at: Date;
    expires_at: Date;
    is_stopped: boolean;
    /** Those to come: `[{ from, to }]`. */
    pauses: ColumnType<readonly { readonly from: string; readonly to: string | null }[], string | undefined, string>;
    revision: Generated<number>;
    planned: Generated<number>;
    attempts: Generated<number>;
    next_at: Date;
    ended_at: Date | null;
    collected_at: Date | null;
    recipient_hash: string | null;
    pause_told: Generated<Date | null>;
    hindered_told: Generated<Date | null>;
  };
  "notifications.reminder": {
    id: string;
    parcel: string;
    kind: string;
    deadline: Date;
    due_at: Date;
    state: "planned" | "told" | "void";
    told_at: Date | null;
  };
  "notifications.circuit": {
    channel: Channel;
    failures: number;
    opened_at: Date | null;
    open_until: Date | null;
    last_answer_at: Date | null;
    last_failure_at: Date | null;
    error: string | null;
  };
}
