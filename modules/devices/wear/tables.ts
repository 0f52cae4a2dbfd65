/** Rows of this room's table. */
export interface WearTables {
  "devices.wear": { station: string; kind: string; compartment: number; since: Date; amount: number; usual: number | null };
}
