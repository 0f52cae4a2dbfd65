import "./app.css";
import { ChangesProvider } from "@pigeonhole/ui/changes.tsx";
import { isWorthRetrying } from "@pigeonhole/ui/ask";
import { ErrorBoundary } from "@pigeonhole/ui/error-boundary.tsx";
import { LanguageProvider } from "@pigeonhole/ui/language.tsx";
import { showTheme } from "@pigeonhole/ui/theme";
import { titleByHeading } from "@pigeonhole/ui/title";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode, type ReactNode } from "react";
import { createRoot } from "react-dom/client";

/** How long an answer counts as fresh when no hint says otherwise. Milliseconds. */
const freshMs = 10_000;
/** What nobody answered is asked again after so long, then after twice as long. Milliseconds. */
const firstRetryMs = 500;

export const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: freshMs, retry: isWorthRetrying, retryDelay: (attempt) => firstRetryMs * 2 ** attempt, networkMode: "always" },
    mutations: { retry: false, networkMode: "always" },
  },
});

export interface StartOptions {
  /** A kiosk forgets the language of the last person. */
  readonly remember?: boolean;
  /** Where hints of changes come from. */
  readonly changes?: string;
}

/** Begins an entrance: theme before the first paint, title, language, queries, live hints, a boundary around everything. */
export function start(app: ReactNode, { remember = true, changes = "/changes" }: StartOptions = {}): void {
  showTheme();
  titleByHeading();
  createRoot(document.getElementById("root")!).render(
    <StrictMode>
      <LanguageProvider remember={remember}>
        <ErrorBoundary>
          <QueryClientProvider client={queries}>
            <ChangesProvider url={changes}>{app}</ChangesProvider>
          </QueryClientProvider>
        </ErrorBoundary>
      </LanguageProvider>
    </StrictMode>,
  );
}
