import { Refused } from "@pigeonhole/kit/refused";
import type { Context } from "hono";

/**
 * Refuses what another page has made the browser send. Whatever runs in a browser on this machine reaches loopback addresses, and
 * nobody signs in here. Browsers say where a request comes from: Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/), and Origin
 * with everything that may change something. Another port of this machine is another page too. What sends neither is no browser.
 */
export function requireOwnScreen(c: Context): void {
  const site = c.req.header("sec-fetch-site");
  const origin = c.req.header("origin");
  // `none`: typed into the address bar.
  const isOwn =
    (site === undefined || site === "same-origin" || site === "none") && (origin === undefined || origin === new URL(c.req.url).origin);
  if (!isOwn) throw new Refused("not_allowed", "This request comes from another page than the kiosk's.");
}
