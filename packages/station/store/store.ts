import type { SigningKey } from "@pigeonhole/protocol/envelope";
import { commandStore } from "./commands.ts";
import { contentStore } from "./contents.ts";
import { openDatabase, transaction } from "./database.ts";
import { desiredStore } from "./desired.ts";
import { doorStore } from "./doors.ts";
import { intentStore } from "./intents.ts";
import { journalStore } from "./journal.ts";
import { limiterStore } from "./limiters.ts";
import { metaStore } from "./meta.ts";
import { toldStore } from "./told.ts";

/** Everything that survives a power cut, in one SQLite file. Reads at any time; writes inside `change`. */
export function openStore(file: string, identity: { readonly station: string; readonly epoch: number; readonly key: SigningKey }) {
  const sql = openDatabase(file);
  let hasNews = false;
  let tell = (): void => {};
  return {
    meta: metaStore(sql),
    desired: desiredStore(sql),
    told: toldStore(sql),
    contents: contentStore(sql),
    commands: commandStore(sql),
    intents: intentStore(sql),
    doors: doorStore(sql),
    limiters: limiterStore(sql),
    journal: journalStore(sql, identity, () => {
      hasNews = true;
    }),
    /** One durable transaction. */
    change<T>(run: () => T): T {
      hasNews = false;
      const result = transaction(sql, run);
      if (hasNews) tell();
      return result;
    },
    /** Called after each change that wrote an event, when it is durable. */
    onEvent(listener: () => void): void {
      tell = listener;
    },
    close: (): void => sql.close(),
  };
}
export type Store = ReturnType<typeof openStore>;
