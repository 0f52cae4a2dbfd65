import { walkingMinutes } from "@pigeonhole/ui/format";
import { ClockIcon, DoorIcon, NextIcon, StepFreeIcon, WalkIcon } from "@pigeonhole/ui/icons.tsx";
import { OutageWords } from "../shell/outage.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import type { Candidate, PassedOver } from "@pigeonhole/reservations/contract";
import { Link } from "@tanstack/react-router";
import { metresBetween } from "../places/search.ts";
import { hoursText, isAlwaysOpen } from "./hours.ts";
import type { Wish } from "./wish.ts";
import { words } from "./words.ts";

/** One locker with room: how far, whether open, how many doors. */
export function StationRow({
  candidate,
  wish,
  isMarked,
  onHover,
  from,
}: {
  candidate: Candidate;
  wish: Wish;
  isMarked?: boolean;
  onHover?: (station: string | undefined) => void;
  from?: string;
}) {
  const say = useSay(words);
  const formats = useFormats(candidate.timeZone);
  const always = isAlwaysOpen(candidate.openingHours);
  return (
    <li onPointerEnter={() => onHover?.(candidate.station)} onPointerLeave={() => onHover?.(undefined)}>
      <Link
        to="/stations/$station"
        params={{ station: candidate.station }}
        search={wish}
        className={`card grid grid-cols-[1fr_auto] items-center gap-x-3 p-4 text-ink no-underline hover:border-accent ${isMarked ? "border-accent" : ""}`}
      >
        <span className="grid min-w-0 gap-1">
          <span className="text-lead font-semibold">{candidate.name}</span>
          {candidate.address !== null && <span className="truncate text-small text-ink-soft">{candidate.address}</span>}
          <span className="mt-1 flex flex-wrap gap-x-4 gap-y-1 text-small">
            <span className="inline-flex items-center gap-1.5">
              <WalkIcon size={18} />
              {from ??
                `${say("row.walk", { minutes: walkingMinutes(candidate.distanceMetres) })} · ${formats.distance(candidate.distanceMetres)}`}
            </span>
            <span className="inline-flex items-center gap-1.5 font-medium text-good">
              <DoorIcon size={18} />
              {say("row.free", { count: candidate.freeCompartments })}
            </span>
            <span className={`inline-flex items-center gap-1.5 ${candidate.openNow ? "" : "font-medium text-warn"}`}>
              <ClockIcon size={18} />
              {always
                ? say("row.always")
                : `${say(candidate.openNow ? "row.open" : "row.closed")} · ${hoursText(candidate.openingHours!, formats.locale, say("hours.holidays"))}`}
            </span>
            {candidate.stepFree && (
              <span className="inline-flex items-center gap-1.5">
                <StepFreeIcon size={18} />
                {say("row.stepfree")}
              </span>
            )}
          </span>
        </span>
        <span className="text-ink-soft">
          <NextIcon />
        </span>
      </Link>
    </li>
  );
}

/** A locker nearer than what was found that has no door for this parcel now; says why and names the next best. */
export function PassedOverRow({ station, instead }: { station: PassedOver; instead: Candidate | undefined }) {
  const say = useSay(words);
  return (
    <li className="grid gap-1 rounded-large border border-dashed border-line-strong px-4 py-3 text-small">
      <span className="flex flex-wrap items-baseline justify-between gap-x-3">
        <span className="text-body font-medium">{station.name}</span>
        <span className="font-medium text-warn">{say(`row.${station.why}`)}</span>
      </span>
      {station.why === "unreachable" && <OutageWords station={station.station} />}
      {instead && (
        <span className="text-ink-soft">
          {say("row.instead", { name: instead.name, minutes: walkingMinutes(metresBetween(station, instead)) })}
        </span>
      )}
    </li>
  );
}
