import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serveStatic } from "@hono/node-server/serve-static";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { openApi } from "../openapi/document.ts";
import { asyncDocument } from "./async-api.ts";
import { developersPage } from "./page.ts";

const swaggerFolder = path.dirname(fileURLToPath(import.meta.resolve("swagger-ui-dist/package.json")));
const files = {
  "page.css": [new URL("./page.css", import.meta.url), "text/css; charset=utf-8"],
  "tokens.css": [new URL("../../../packages/ui/tokens.css", import.meta.url), "text/css; charset=utf-8"],
  "page.js": [new URL("./page.js", import.meta.url), "text/javascript; charset=utf-8"],
  "try/start.js": [new URL("./try.js", import.meta.url), "text/javascript; charset=utf-8"],
} as const;
const tryPage = new URL("./try.html", import.meta.url);

/** The page for developers, the documents it is made from, and a page to try the API by hand. */
export function addDevelopers(app: OpenAPIHono): void {
  app.get("/openapi.json", (c) => c.json(openApi()));
  app.get("/asyncapi.json", (c) => c.json(asyncDocument()));
  app.get("/docs", (c) => c.html(developersPage(), 200, { "cache-control": "no-cache" }));
  app.get("/developers", (c) => c.redirect("/docs"));
  // Where the `type` of a problem document leads.
  app.get("/problems/:code", (c) => c.redirect(`/docs#code-${encodeURIComponent(c.req.param("code"))}`));
  for (const [name, [file, type]] of Object.entries(files))
    app.get(`/docs/${name}`, (c) => c.body(readFileSync(file), 200, { "content-type": type, "cache-control": "no-cache" }));
  app.get("/docs/try/", (c) => c.html(readFileSync(tryPage, "utf8")));
  app.get("/docs/try", (c) => c.redirect("/docs/try/"));
  app.get("/docs/try/*", serveStatic({ root: swaggerFolder, rewriteRequestPath: (at) => at.replace(/^\/docs\/try/, "") }));
}
