/** Where the map ends in the north and the south (Web Mercator). Degrees. */
const poleDegrees = 85.06;

/** A ring that crosses the antimeridian goes on beyond 180° instead of across the whole map; one around a pole is closed along the map's edge. */
export function unbroken(ring: readonly GeoJSON.Position[]): GeoJSON.Position[] {
  let turns = 0;
  const whole = ring.map(([lon, lat], i): GeoJSON.Position => {
    const step = i === 0 ? 0 : lon! - ring[i - 1]![0]!;
    if (Math.abs(step) > 180) turns -= Math.sign(step);
    return [lon! + 360 * turns, lat!];
  });
  if (turns === 0) return whole;
  const [first, last] = [whole[0]!, whole.at(-1)!];
  const pole = Math.sign(first[1]!) * poleDegrees;
  return [...whole, [last[0]!, pole], [first[0]!, pole], first];
}
