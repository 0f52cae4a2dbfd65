import "./page.css";
import { ErrorBoundary } from "@pigeonhole/ui/error-boundary.tsx";
import { LanguageProvider } from "@pigeonhole/ui/language.tsx";
import { showTheme } from "@pigeonhole/ui/theme";
import { titleByHeading } from "@pigeonhole/ui/title";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Open } from "./open.tsx";

showTheme();
titleByHeading();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <LanguageProvider>
      <ErrorBoundary>
        <Open />
      </ErrorBoundary>
    </LanguageProvider>
  </StrictMode>,
);
