import type { AcceptanceRecord } from "@pigeonhole/protocol/acceptance";
import { recordDigest } from "@pigeonhole/protocol/acceptance-digest";
import type { Now } from "@pigeonhole/kit/clock";
import type { Store } from "../store/store.ts";

interface Needs {
  readonly store: Store;
  readonly epoch: number;
  readonly now: Now;
}
/** How the doors are wired now, in one word, and what they showed when they were tested. */
export interface Commissioned {
  readonly wiring: string;
  readonly acceptance: AcceptanceRecord | undefined;
}

/**
 * Says in the station's log that it has started and how it is wired, and before that, once for each record and epoch, how it was accepted. From there the
 * record travels as everything else does: in order, again and again until it is confirmed. In one transaction with the note that it was said:
 * killed anywhere, it is said once.
 */
export function tellStart(
  { store, epoch, now }: Needs,
  run: { readonly firmware: string; readonly bootId: string },
  commissioned?: Commissioned,
): void {
  store.change(() => {
    const { acceptance: record, wiring } = commissioned ?? {};
    const mark = record && `${epoch} ${recordDigest(record)}`;
    if (record && mark !== undefined && wiring !== undefined && store.meta.get("acceptance_told") !== mark) {
      store.journal.append({ type: "acceptance_recorded", record, wiring }, now());
      store.meta.set("acceptance_told", mark);
    }
    store.journal.append({ type: "station_started", ...run, ...(wiring !== undefined && { wiring }) }, now());
  });
}
