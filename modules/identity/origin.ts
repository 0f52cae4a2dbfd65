import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";

const harmless = ["GET", "HEAD", "OPTIONS"];

/**
 * Refuses a request that changes something and that another site's page made the browser send with our cookie (CSRF). Browsers say
 * where a request comes from: Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), older ones Origin. A request with neither does
 * not come from a browser, so that nobody else's page can have caused it; SameSite=Strict stands behind this check.
 */
export function requireOwnOrigin(c: Context): void {
  if (harmless.includes(c.req.method)) return;
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  const isOwn =
    site !== undefined
      ? site === "same-origin"
      : origin === undefined || hostOf(origin) === (c.req.header("host") ?? new URL(c.req.url).host);
  if (!isOwn) throw new Refused("not_allowed", "This request comes from another site.");
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined);
