import { Denied, Unreachable } from "@pigeonhole/ui/ask";
import { systemNow } from "@pigeonhole/kit/clock";

/** An answer, and since when it is known if it comes from this device instead of the server. */
export interface Kept<T> {
  readonly value: T;
  readonly keptAt: string | null;
}

const prefix = "ph-kept:";
/** So many answers stay on the device; the oldest goes first. Three belong to each parcel. */
const most = 40;

interface Stored {
  readonly at: string;
  readonly value: unknown;
}

const read = (name: string): Stored | undefined => {
  const text = localStorage.getItem(prefix + name);
  return text === null ? undefined : (JSON.parse(text) as Stored);
};

function write(name: string, value: unknown): void {
  const others = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== prefix + name);
  const oldestFirst = others.toSorted((a, b) => (localStorage.getItem(a) ?? "").localeCompare(localStorage.getItem(b) ?? ""));
  for (const key of oldestFirst.slice(0, Math.max(0, others.length - most + 1))) localStorage.removeItem(key);
  localStorage.setItem(prefix + name, JSON.stringify({ at: systemNow().toISOString(), value }));
}

/** The server's answer, kept on this device; when nobody answers, the one kept last. What the server refuses is forgotten. */
export async function kept<T>(name: string, request: () => Promise<T>): Promise<Kept<T>> {
  try {
    const value = await request();
    write(name, value);
    return { value, keptAt: null };
  } catch (error) {
    if (error instanceof Denied) localStorage.removeItem(prefix + name);
    const stored = error instanceof Unreachable ? read(name) : undefined;
    if (!stored) throw error;
    return { value: stored.value as T, keptAt: stored.at };
  }
}

/** On sign-out: codes do not stay behind for the next person at this device. */
export function forgetKept(): void {
  for (const key of Object.keys(localStorage)) if (key.startsWith(prefix)) localStorage.removeItem(key);
}

/** What is kept under a name, without asking anybody. */
export const readKept = <T>(name: string): T | undefined => read(name)?.value as T | undefined;
/** Keeps a value that was not asked for by `kept`. */
export const keep = (name: string, value: unknown): void => write(name, value);
