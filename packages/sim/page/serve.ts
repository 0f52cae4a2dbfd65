import { readFileSync } from "node:fs";
import path from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { createServer, type ViteDevServer } from "vite";

/** Serves the page that shows a run, on this machine alone; with the trace of `file` when one is named. The address is `resolvedUrls.local`. */
export async function showRun(file: string | undefined, port: number): Promise<ViteDevServer> {
  const server = await createServer({
    configFile: false,
    root: import.meta.dirname,
    cacheDir: path.resolve(import.meta.dirname, "../../../node_modules/.cache/sim-page"),
    logLevel: "warn",
    server: { host: "127.0.0.1", port, strictPort: port !== 0 },
    plugins: [
      react(),
      tailwindcss(),
      {
        name: "trace",
        configureServer: ({ middlewares }) =>
          void middlewares.use("/trace", (_request, response) => {
            if (file === undefined) {
              response.writeHead(404).end();
              return;
            }
            response.writeHead(200, { "content-type": "text/plain; charset=utf-8", "x-name": encodeURIComponent(path.basename(file)) });
            response.end(readFileSync(file));
          }),
      },
    ],
  });
  return server.listen();
}
