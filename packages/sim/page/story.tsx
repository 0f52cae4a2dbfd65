import { storyOf, type Row } from "./moment.ts";
import { clockTime, factText, faultName, happeningText, nameOfStation } from "./said.ts";
import type { Trace } from "./read-trace.ts";

interface Props {
  readonly trace: Trace;
  readonly parcel: string;
  readonly number: string;
  readonly at: number;
  readonly onMove: (at: number) => void;
}

/** One parcel from both points of view, row by row in time: what really happened, and what the network believed. */
export function Story({ trace, parcel, number, at, onMove }: Props) {
  const nameOf = nameOfStation(trace.stations);
  const rows = storyOf(trace, parcel);
  const truth = (row: Row): string => (row.side === "truth" ? happeningText(row.happening, nameOf) : "");
  return (
    <section aria-label={`Story of parcel ${number}`} className="card grid gap-3 p-4">
      <h2 className="text-lead font-semibold">
        Parcel <span className="font-mono tabular-nums">{number}</span>
      </h2>
      <div className="overflow-x-auto">
        <table className="w-full min-w-130 text-small">
          <thead className="text-left text-ink-soft">
            <tr>
              <th scope="col" className="w-32 py-2 font-normal">
                When
              </th>
              <th scope="col" className="py-2 font-normal">
                What really happened
              </th>
              <th scope="col" className="py-2 font-normal">
                What the network wrote down
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={i} className={`border-t border-line align-top ${row.atMs > at ? "text-ink-soft" : ""}`} data-past={row.atMs <= at}>
                <td className="py-1.5">
                  <button type="button" className="min-h-8 font-mono tabular-nums underline" onClick={() => onMove(row.atMs)}>
                    {clockTime(row.atMs - trace.startMs)}
                  </button>
                </td>
                {row.side === "fault" ? (
                  <td colSpan={2} className="py-1.5">
                    <span className="rounded-small bg-warn-soft px-2 py-0.5 text-warn">
                      {faultName(row.fault)}
                      {row.fault.station === null ? "" : `, ${trace.stations[row.fault.station]?.name ?? ""}`}
                    </span>
                  </td>
                ) : (
                  <>
                    <td className="py-1.5 pr-3">{truth(row)}</td>
                    <td className="py-1.5">
                      {row.side === "belief" && (
                        <>
                          <code className="font-mono">{row.type}</code> {factText(row.type, row.payload)}
                        </>
                      )}
                    </td>
                  </>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
