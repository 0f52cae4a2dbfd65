import type { Place, Point } from "./search.ts";

/** Asks the server's geocoder (configured by the operator; see `geocoder` in /config.json) for addresses. */
export async function geocode(text: string, near: Point | undefined): Promise<readonly Place[]> {
  const query = new URLSearchParams({ q: text, ...(near ? { lat: String(near.lat), lon: String(near.lon) } : {}) });
  const answer = await fetch(`/api/geocode?${query}`);
  if (!answer.ok) throw new Error(`geocoder answered ${answer.status}`);
  return ((await answer.json()) as { places: readonly Place[] }).places;
}
