import type { Moment } from "./moment.ts";
import { faultName } from "./said.ts";
import type { Station } from "./read-trace.ts";

const size = { width: 360, height: 300, edge: 56 } as const;
/** A degree of longitude is so much shorter than one of latitude, there. */
const shrink = (lat: number): number => Math.cos((lat * Math.PI) / 180);

/** Where the stations are drawn: their true places, north above, as large as the frame allows. */
export function places(stations: readonly Station[]): ReadonlyMap<string, { readonly x: number; readonly y: number }> {
  const lats = stations.map(({ lat }) => lat);
  const lons = stations.map(({ lat, lon }) => lon * shrink(lat));
  const [north, west] = [Math.max(...lats), Math.min(...lons)];
  const span = Math.max(Math.max(...lats) - Math.min(...lats), Math.max(...lons) - west, 0.001);
  const inner = Math.min(size.width, size.height) - 2 * size.edge;
  const indent = (size.width - ((Math.max(...lons) - west) / span) * inner) / 2;
  return new Map(
    stations.map(({ id, lat, lon }) => [
      id,
      { x: indent + ((lon * shrink(lat) - west) / span) * inner, y: size.edge + ((north - lat) / span) * inner },
    ]),
  );
}

interface Props {
  readonly stations: readonly Station[];
  readonly moment: Moment;
  readonly chosen: string;
  readonly onChoose: (station: string) => void;
}

/** The town from above: which station runs, how much lies in it, what strikes it. */
export function TownMap({ stations, moment, chosen, onChoose }: Props) {
  const at = places(stations);
  return (
    <figure className="m-0 grid gap-3">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} className="h-auto w-full rounded-medium bg-sunken" aria-hidden>
        {stations.map(({ id, name }) => {
          const { x, y } = at.get(id)!;
          const now = moment.stations.get(id)!;
          const inside = [...now.inside.values()].flat().length;
          const tone = now.isRunning ? (now.faults.length > 0 ? "text-warn" : "text-accent") : "text-bad";
          return (
            <g key={id} transform={`translate(${x} ${y})`} className={`cursor-pointer ${tone}`} onClick={() => onChoose(id)}>
              {id === chosen && <circle r={24} fill="none" stroke="currentColor" strokeWidth={2} />}
              <circle
                r={18}
                fill="currentColor"
                strokeDasharray={now.isRunning ? undefined : "4 3"}
                stroke="currentColor"
                fillOpacity={now.isRunning ? 1 : 0.15}
              />
              <text textAnchor="middle" dy="0.35em" className={`text-small font-semibold ${now.isRunning ? "fill-on-accent" : "fill-ink"}`}>
                {now.isRunning ? inside : "✕"}
              </text>
              <text x={30} dy="-0.1em" className="fill-ink text-small">
                {name}
              </text>
              <text x={30} dy="1.2em" className="fill-ink-soft text-[11px]">
                {now.isRunning ? now.faults.map(faultName).join(", ") : "is down"}
              </text>
            </g>
          );
        })}
      </svg>
      <figcaption>
        <ul className="flex flex-wrap gap-2" aria-label="Stations">
          {stations.map(({ id, name }) => {
            const now = moment.stations.get(id)!;
            const words = [
              name,
              now.isRunning ? `${[...now.inside.values()].flat().length} inside` : "is down",
              ...now.faults.map(faultName),
            ];
            return (
              <li key={id}>
                <button
                  type="button"
                  aria-pressed={id === chosen}
                  onClick={() => onChoose(id)}
                  className={`min-h-11 rounded-medium border px-3 text-small ${id === chosen ? "border-accent bg-accent-soft text-on-accent-soft" : "border-line-strong bg-surface"}`}
                >
                  {words.join(" · ")}
                </button>
              </li>
            );
          })}
        </ul>
      </figcaption>
    </figure>
  );
}
