import { writeReceipts } from "@pigeonhole/protocol/receipts";
import type { Store } from "../store/store.ts";

/** Of the deposits that the backend has not acknowledged the newest so many are shown: a courier reads a dozen pages, not fifty. */
const most = 24;

/** Signed entries for whoever has a phone: deposits that the backend has not heard of (F4). */
export function receipts({ store }: { readonly store: Store }) {
  let asOf = "";
  let pages: readonly string[] = [];
  let count = 0;
  const read = (): void => {
    const acknowledged = Number(store.meta.get("acknowledged") ?? "0");
    const stand = `${acknowledged} ${store.journal.lastSeq()}`;
    if (stand === asOf) return;
    const entries = store.journal.deposits(acknowledged, most);
    [asOf, pages, count] = [stand, writeReceipts(entries), entries.length];
  };
  return {
    /** How many there are. */
    count(): number {
      read();
      return count;
    },
    /** As QR codes, the newest first. */
    pages(): string[] {
      read();
      return [...pages];
    },
  };
}
export type Receipts = ReturnType<typeof receipts>;
