import { commandStore } from "./commands.ts";
import { contentStore } from "./contents.ts";
import { openDatabase, transaction } from "./database.ts";
import { desiredStore } from "./desired.ts";
import { doorStore } from "./doors.ts";
import { intentStore } from "./intents.ts";
import { enterEpoch, type Carried } from "./epoch.ts";
import { journalStore, type JournalIdentity } from "./journal.ts";
import { limiterStore } from "./limiters.ts";
import { metaStore } from "./meta.ts";
import { quarantineStore } from "./quarantine.ts";
import { reopenStore } from "./reopens.ts";
import { toldStore } from "./told.ts";

/** Everything that survives a power cut, in one SQLite file. Reads at any time; writes inside `change`. */
export function openStore(file: string, identity: JournalIdentity, openedAt: Date) {
  const sql = openDatabase(file);
  let hasNews = false;
  let tell = (): void => {};
  const meta = metaStore(sql);
  // Asked at every entry; changed through `acknowledge` alone.
  let acknowledged: number | undefined;
  const acknowledgedSeq = (): number => (acknowledged ??= Number(meta.get("acknowledged") ?? "0"));
  const store = {
    meta,
    desired: desiredStore(sql),
    told: toldStore(sql),
    contents: contentStore(sql),
    commands: commandStore(sql),
    intents: intentStore(sql),
    doors: doorStore(sql),
    limiters: limiterStore(sql),
    quarantine: quarantineStore(sql),
    reopens: reopenStore(sql),
    journal: journalStore(sql, identity, acknowledgedSeq, () => {
      hasNews = true;
    }),
    /** Up to this entry of the log the backend has everything. */
    get acknowledged(): number {
      return acknowledgedSeq();
    },
    acknowledge(seq: number): void {
      transaction(sql, () => meta.set("acknowledged", String(seq)));
      acknowledged = seq;
    },
    /** One durable transaction. */
    change<T>(run: () => T): T {
      hasNews = false;
      let result: T;
      try {
        result = transaction(sql, run);
      } catch (error) {
        store.journal.rolledBack();
        throw error;
      }
      if (hasNews) tell();
      return result;
    },
    /** Called after each change that wrote an event, when it is durable. */
    onEvent(listener: () => void): void {
      tell = listener;
    },
    /** Inside `change`: what was used up before then nobody asks for any more, nor for the offers to open again that are over. */
    forget(before: Date, now: Date): void {
      store.contents.forgetSpentBefore(before);
      store.commands.forgetBefore(before);
      store.intents.forgetBefore(before);
      store.limiters.forgetBefore(before);
      store.reopens.forgetBefore(now);
    },
    /** What is wrong with the file; null: nothing. */
    check(): string | null {
      const { quick_check: said } = sql.prepare("pragma quick_check(1)").get() as { quick_check: string };
      return said === "ok" ? null : said;
    },
    close: (): void => sql.close(),
  };
  try {
    store.change(() => begin(store, enterEpoch(sql, identity.epoch), openedAt));
  } catch (error) {
    sql.close();
    throw error;
  }
  return store;
}

/** A new epoch begins with what lies behind the doors, what is doubtful, and what the backend never confirmed; whoever compares it with the plan finds what does not fit. */
function begin(
  { contents, quarantine, journal }: Pick<Store, "contents" | "quarantine" | "journal">,
  carried: readonly Carried[] | undefined,
  at: Date,
): void {
  if (carried === undefined) return;
  for (const { event, at } of carried) journal.append(event, at);
  const stated = contents.all().map(({ compartment, parcel, deposit, isReturn }) => ({ compartment, parcel, deposit, isReturn }));
  journal.append({ type: "contents_stated", contents: stated }, at);
  for (const { compartment, reason, since } of quarantine.all()) {
    const { parcel = null, deposit = null } = contents.of(compartment) ?? {};
    const seq = journal.append({ type: "compartment_quarantined", compartment, reason, parcel, deposit }, new Date(since));
    quarantine.put(compartment, reason, seq, new Date(since));
  }
}
export type Store = ReturnType<typeof openStore>;
