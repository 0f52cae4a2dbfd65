import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { systemTimers } from "@pigeonhole/kit/timers";
import { ask, Unreachable } from "@pigeonhole/ui/ask";
import { couriers } from "../shell/api.ts";

/** The courier's word that a parcel is in, while there was no network to send it. */
export interface Unsent {
  readonly scan: string;
  readonly number: string;
}

const key = "ph-courier-unsent";
const none: readonly Unsent[] = [];
/** Tried again this often. Milliseconds. */
const retryMs = 5_000;
/** A phone does not keep more than a day's words. */
const most = 500;

/** Each scan once, the oldest first. */
export const withUnsent = (all: readonly Unsent[], word: Unsent): readonly Unsent[] =>
  all.some(({ scan }) => scan === word.scan) ? all : [...all, word].slice(-most);
export const withoutUnsent = (all: readonly Unsent[], scan: string): readonly Unsent[] => all.filter((each) => each.scan !== scan);

/** What was kept, if it is what we keep: a page of somebody else's may have written there. */
export function readUnsent(text: string | null): readonly Unsent[] {
  try {
    const kept: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(kept)
      ? kept.filter((each): each is Unsent => typeof each?.scan === "string" && typeof each?.number === "string")
      : none;
  } catch {
    return none;
  }
}

let current: readonly Unsent[] | undefined;
const listeners = new Set<() => void>();
const snapshot = () => (current ??= readUnsent(localStorage.getItem(key)));
function keep(next: readonly Unsent[]): void {
  current = next;
  localStorage.setItem(key, JSON.stringify(next));
  for (const listener of listeners) listener();
}
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useUnsent = (): readonly Unsent[] => useSyncExternalStore(subscribe, snapshot, () => none);

/** Says that a parcel is in. Without a network the word is kept on this phone and sent as soon as there is one. */
export function useDeposited(onDone: (isSent: boolean) => void) {
  return useMutation({
    mutationFn: async (word: Unsent) => {
      try {
        await ask(couriers.scans[":id"].deposited.$post({ param: { id: word.scan } }));
        return true;
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        keep(withUnsent(snapshot(), word));
        return false;
      }
    },
    onSuccess: onDone,
  });
}

/** Sends what was kept, for as long as the screen lives. What is refused is no longer ours to say: the route shows how it stands. */
export function useSendUnsent(): void {
  const unsent = useUnsent();
  const queries = useQueryClient();
  const send = useCallback(async () => {
    for (const { scan } of snapshot()) {
      try {
        await ask(couriers.scans[":id"].deposited.$post({ param: { id: scan } }));
      } catch (error) {
        if (error instanceof Unreachable) return;
      }
      keep(withoutUnsent(snapshot(), scan));
      await queries.invalidateQueries({ queryKey: ["route"] });
    }
  }, [queries]);
  const hasUnsent = unsent.length > 0;
  useEffect(() => {
    if (!hasUnsent) return;
    const now = () => void send();
    const stop = systemTimers.every(retryMs, now);
    addEventListener("online", now);
    return () => {
      stop();
      removeEventListener("online", now);
    };
  }, [hasUnsent, send]);
}
