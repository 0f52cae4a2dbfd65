import { problem } from "@pigeonhole/kit/http";
import type { Context } from "hono";
import { z } from "zod";

/** What Nominatim answers to `/search?format=jsonv2`, as far as it is used (https://nominatim.org/release-docs/latest/api/Search/). */
const Found = z.array(z.object({ display_name: z.string(), lat: z.coerce.number(), lon: z.coerce.number() }));
/** The geocoder is given up after so long. Milliseconds. */
const timeoutMs = 4_000;

/** `GET /api/geocode?q=…`: up to five addresses from the configured geocoder; browsers never talk to it themselves. */
export const geocode =
  (url: string | undefined) =>
  async (c: Context): Promise<Response> => {
    const q = c.req.query("q")?.trim() ?? "";
    if (url === undefined)
      return problem(c, 404, "no_geocoder", "Addresses cannot be searched here", "No geocoder is configured; search for a town instead.");
    if (q.length < 3 || q.length > 200) return problem(c, 400, "malformed", "The request is malformed", "q needs 3 to 200 characters.");
    try {
      const answer = await fetch(`${url.replace(/\/$/, "")}/search?${new URLSearchParams({ q, format: "jsonv2", limit: "5" })}`, {
        signal: AbortSignal.timeout(timeoutMs),
        headers: { "user-agent": "pigeonhole" },
        redirect: "error",
      });
      const found = Found.parse(await answer.json());
      return c.json({ places: found.map(({ display_name, lat, lon }) => ({ name: display_name, lat, lon })) });
    } catch {
      return problem(c, 502, "geocoder_failed", "The address search does not answer", "Search for a town instead, or try again.");
    }
  };
