import type { Sql } from "./database.ts";

/** Single values: `acknowledged`, `time_floor`, `highest_seq`, `untold`. */
export const metaStore = (sql: Sql) => {
  const read = sql.prepare("select value from meta where name = ?");
  const write = sql.prepare("insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value");
  const remove = sql.prepare("delete from meta where name = ?");
  return {
    get: (name: string): string | undefined => (read.get(name) as { value: string } | undefined)?.value,
    set: (name: string, value: string): void => {
      write.run(name, value);
    },
    remove: (name: string): void => {
      remove.run(name);
    },
  };
};
