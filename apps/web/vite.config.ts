import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { offlineShell } from "./build/offline-shell.ts";
import { onlyOurLanguages } from "./build/only-our-languages.ts";
import { placeIndex } from "./build/place-index.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Vite asks for a default export.
export default defineConfig({
  root: here("."),
  plugins: [react(), tailwindcss(), onlyOurLanguages(), placeIndex(), offlineShell()],
  worker: { format: "es" },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    target: "es2023",
    cssTarget: "chrome123",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: {
        customer: here("index.html"),
        courier: here("courier/index.html"),
        kiosk: here("kiosk/index.html"),
        operations: here("operations/index.html"),
      },
      // Contracts are schemas first; a screen that reads one table of a contract must not carry zod along.
      treeshake: {
        manualPureFunctions: ["z", "createRoute", "refusal", "answers", "json", "mm", "icon"],
        moduleSideEffects: [{ test: /node_modules\/(@hono\/zod-openapi|@asteasolutions|zod|openapi3-ts)\//, sideEffects: false }],
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": process.env.API_URL ?? "http://127.0.0.1:8080",
      "/changes": process.env.API_URL ?? "http://127.0.0.1:8080",
      "/config.json": process.env.API_URL ?? "http://127.0.0.1:8080",
    },
  },
});
