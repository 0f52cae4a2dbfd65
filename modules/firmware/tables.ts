import type { Generated } from "kysely";
import type { RolloutState, StationState } from "./contract.ts";

export interface RolloutTable {
  id: string;
  model: string;
  release: number;
  version: string;
  state: RolloutState;
  reason: string | null;
  wave: number;
  waves: number[];
  soak_minutes: number;
  quiet_from: string | null;
  quiet_until: string | null;
  created_by: string;
  created_at: Date;
  settled_at: Date | null;
  ended_at: Date | null;
  opened_before: Generated<number>;
  failed_before: Generated<number>;
  opened_after: Generated<number>;
  failed_after: Generated<number>;
}

export interface Tables {
  "firmware.station": {
    id: string;
    name: Generated<string>;
    status: Generated<string>;
    connected: Generated<boolean>;
    model: string | null;
    release: number | null;
  };
  "firmware.rollout": RolloutTable;
  "firmware.rollout_station": {
    rollout: string;
    station: string;
    wave: number;
    state: StationState;
    reason: string | null;
    attempt: Generated<number>;
    at: Date;
  };
}
