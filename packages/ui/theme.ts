import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "ph-theme";
const listeners = new Set<() => void>();

const isTheme = (value: unknown): value is Theme => themes.includes(value as Theme);

export function readTheme(): Theme {
  const stored = globalThis.localStorage?.getItem(key);
  return isTheme(stored) ? stored : "system";
}

export function chooseTheme(theme: Theme): void {
  if (theme === "system") localStorage.removeItem(key);
  else localStorage.setItem(key, theme);
  showTheme(theme);
  for (const listener of listeners) listener();
}

/** Puts the choice where tokens.css looks for it. Called once before the first paint. */
export function showTheme(theme: Theme = readTheme()): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export const useTheme = (): Theme =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    readTheme,
    () => "system",
  );
