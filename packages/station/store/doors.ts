import type { Sql } from "./database.ts";

/** The last change of a door that was recorded, so that what happened while the station was off is noticed. */
export interface KnownDoor {
  readonly compartment: number;
  readonly door: "closed" | "open";
  readonly since: string;
  readonly isTold: boolean;
}
interface Row {
  compartment: number;
  door: "closed" | "open";
  since: string;
  is_told: number;
}

export const doorStore = (sql: Sql) => {
  const all = sql.prepare("select * from door");
  const put = sql.prepare("insert or replace into door (compartment, door, since, is_told) values (?, ?, ?, 0)");
  const told = sql.prepare("update door set is_told = 1 where compartment = ?");
  return {
    all: (): KnownDoor[] =>
      (all.all() as unknown as Row[]).map((row) => ({
        compartment: row.compartment,
        door: row.door,
        since: row.since,
        isTold: row.is_told === 1,
      })),
    put: (compartment: number, door: "closed" | "open", since: Date): void => {
      put.run(compartment, door, since.toISOString());
    },
    /** It was reported that this door has been left open. */
    told: (compartment: number): void => {
      told.run(compartment);
    },
  };
};
