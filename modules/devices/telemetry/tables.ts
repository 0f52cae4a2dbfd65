/** Rows of this room's tables. */
export interface TelemetryTables {
  "devices.telemetry": { station: string; at: Date; received_at: Date; value: (number | null)[] };
  "devices.telemetry_summary": {
    station: string;
    seconds: number;
    at: Date;
    samples: number[];
    low: (number | null)[];
    mean: (number | null)[];
    high: (number | null)[];
  };
  "devices.telemetry_progress": { seconds: number; received_until: Date };
  "devices.telemetry_refused": { station: string; reason: string; count: number; last_at: Date };
}
