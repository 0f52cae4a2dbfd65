import type { Generated } from "kysely";
import type { DeliveryState, EndpointState, EventType } from "./contract.ts";

export interface Tables {
  "webhooks.endpoint": {
    id: string;
    owner: string;
    carrier: string | null;
    url: string;
    types: EventType[];
    state: EndpointState;
    sealed_secret: string;
    sealed_former: string | null;
    former_until: Date | null;
    created_at: Date;
  };
  "webhooks.parcel": { id: string; owner: string; carrier: string | null; number: string };
  "webhooks.delivery": {
    id: string;
    endpoint: string;
    event: string;
    type: EventType;
    body: string;
    occurred_at: Date;
    state: DeliveryState;
    attempts: Generated<number>;
    next_at: Date | null;
    ended_at: Date | null;
  };
  "webhooks.attempt": { delivery: string; number: number; at: Date; status: number | null; error: string | null; ms: number };
}
