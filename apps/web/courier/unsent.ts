import { systemNow } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import { ask, Unreachable } from "@pigeonhole/ui/ask";
import type { Receipt } from "@pigeonhole/devices/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { couriers, devices, retrievals } from "../shell/api.ts";
import * as durable from "./durable.ts";

/** The courier's word that a parcel is in, or out, or a page of receipts that a station showed, while there was no network to send it. */
export type Unsent =
  | { readonly id: string; readonly at: string; readonly kind: "taken_out"; readonly retrieval: string }
  | { readonly id: string; readonly at: string; readonly kind: "deposited"; readonly scan: string; readonly number: string }
  | { readonly id: string; readonly at: string; readonly kind: "receipts"; readonly page: string };

const none: readonly Unsent[] = [];
/** Tried again this often. Milliseconds. */
const retryMs = 5_000;
/** A phone does not keep more than a day's words. */
const most = 500;

/** Each once, the oldest first. */
export const withUnsent = (all: readonly Unsent[], word: Unsent): readonly Unsent[] =>
  all.some(({ id }) => id === word.id) ? all : [...all, word].slice(-most);
export const withoutUnsent = (all: readonly Unsent[], id: string): readonly Unsent[] => all.filter((each) => each.id !== id);

/** What was kept, if it is what we keep. */
export const readUnsent = (rows: readonly unknown[]): readonly Unsent[] =>
  rows
    .filter((row): row is Unsent => {
      const { id, at, kind, scan, number, page, retrieval } = (row ?? {}) as Readonly<Record<string, unknown>>;
      const isKept = typeof id === "string" && typeof at === "string";
      const isWord = kind === "deposited" && typeof scan === "string" && typeof number === "string";
      const isOut = kind === "taken_out" && typeof retrieval === "string";
      return isKept && (isWord || isOut || (kind === "receipts" && typeof page === "string"));
    })
    .toSorted((a, b) => a.at.localeCompare(b.at));

let current: readonly Unsent[] = none;
let isRead = false;
const listeners = new Set<() => void>();
function show(next: readonly Unsent[]): void {
  current = next;
  for (const listener of listeners) listener();
}
const snapshot = (): readonly Unsent[] => current;
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  if (!isRead) {
    isRead = true;
    // A browser without a store keeps what it has for as long as the page lives.
    void durable.all().then(
      (rows) => show(readUnsent(rows).reduce(withUnsent, current)),
      () => undefined,
    );
  }
  return () => listeners.delete(listener);
};

/** Resolves when it is on this phone for good. */
async function keep(word: Unsent): Promise<void> {
  await durable.put(word);
  show(withUnsent(current, word));
}
async function forget(id: string): Promise<void> {
  await durable.remove(id);
  show(withoutUnsent(current, id));
}

export const useUnsent = (): readonly Unsent[] => useSyncExternalStore(subscribe, snapshot, () => none);

/** Says that a parcel is in. Without a network the word is kept on this phone and sent as soon as there is one. */
export function useDeposited(onDone: (isSent: boolean) => void) {
  return useMutation({
    mutationFn: async ({ scan, number }: { readonly scan: string; readonly number: string }) => {
      try {
        await ask(couriers.scans[":id"].deposited.$post({ param: { id: scan } }));
        return true;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        await keep({ id: scan, at: systemNow().toISOString(), kind: "deposited", scan, number });
        return false;
      }
    },
    onSuccess: onDone,
  });
}

/** Says that a parcel is out; kept on this phone like the word that one is in. */
export function useTakenOut(onDone: (isSent: boolean) => void) {
  return useMutation({
    mutationFn: async (retrieval: string) => {
      try {
        await ask(retrievals.retrievals[":id"]["taken-out"].$post({ param: { id: retrieval } }));
        return true;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        await keep({ id: retrieval, at: systemNow().toISOString(), kind: "taken_out", retrieval });
        return false;
      }
    },
    onSuccess: onDone,
  });
}

/** What became of receipts that were read: handed over, or kept until there is a network. */
export type Delivered = { readonly kind: "sent"; readonly receipts: readonly Receipt[] } | { readonly kind: "kept" };

/** Hands a page of receipts over. It is on this phone before anything is sent. */
export async function deliver(page: string): Promise<Delivered> {
  await keep({ id: page, at: systemNow().toISOString(), kind: "receipts", page });
  try {
    const { receipts } = await ask(devices.receipts.$post({ json: { pages: [page] } }));
    await forget(page);
    return { kind: "sent", receipts };
  } catch (error) {
    if (error instanceof Unreachable) return { kind: "kept" };
    throw error;
  }
}

function send(word: Unsent): Promise<unknown> {
  switch (word.kind) {
    case "deposited":
      return ask(couriers.scans[":id"].deposited.$post({ param: { id: word.scan } }));
    case "taken_out":
      return ask(retrievals.retrievals[":id"]["taken-out"].$post({ param: { id: word.retrieval } }));
    case "receipts":
      return ask(devices.receipts.$post({ json: { pages: [word.page] } }));
  }
}

/** Sends what was kept, for as long as the screen lives. What is refused is no longer ours to say: the route shows how it stands. */
export function useSendUnsent(): void {
  const unsent = useUnsent();
  const queries = useQueryClient();
  const sendAll = useCallback(async () => {
    for (const word of snapshot()) {
      try {
        await send(word);
      } catch (error) {
        if (error instanceof Unreachable) return;
      }
      await forget(word.id);
      await queries.invalidateQueries({ queryKey: ["route"] });
    }
  }, [queries]);
  const hasUnsent = unsent.length > 0;
  useEffect(() => {
    if (!hasUnsent) return;
    const now = () => void sendAll();
    const stop = systemTimers.every(retryMs, now);
    addEventListener("online", now);
    return () => {
      stop();
      removeEventListener("online", now);
    };
  }, [hasUnsent, sendAll]);
}
