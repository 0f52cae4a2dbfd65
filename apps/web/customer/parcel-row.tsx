import { useNow } from "@pigeonhole/ui/clock";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon, KeyIcon, NextIcon, TruckIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import type { Parcel, ParcelState } from "@pigeonhole/parcels/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { parcelStationQuery } from "./queries.ts";
import { words } from "./words-parcel.ts";

export type Group = "sought" | "ready" | "coming" | "past";
export const groupOf: Readonly<Record<ParcelState, Group>> = {
  reserved: "coming",
  shipped: "coming",
  delivered: "ready",
  stored: "ready",
  collected: "past",
  expired: "past",
  returned: "past",
  cancelled: "past",
  missing: "sought",
};
const icons: Readonly<Record<Group, ReactNode>> = {
  sought: <WarningIcon />,
  ready: <KeyIcon />,
  coming: <TruckIcon />,
  past: <CheckIcon />,
};

/** One parcel in a list: how it stands, where, until when. */
export function ParcelRow({ parcel, group, order }: { parcel: Parcel; group: Group; order?: string }) {
  const say = useSay(words);
  const station = useQuery(parcelStationQuery(parcel.station)).data?.value;
  const formats = useFormats(station?.timeZone);
  const now = useNow(60_000);
  const when =
    parcel.state === "stored" && parcel.expiresAt !== null
      ? say("parcel.left", { until: formats.moment(parcel.expiresAt, now), left: formats.left(parcel.expiresAt, now) })
      : group === "coming"
        ? say("by.deliver", { until: formats.day(parcel.deliverBy) })
        : parcel.collectedAt !== null
          ? formats.day(parcel.collectedAt)
          : undefined;
  return (
    <li>
      <Link
        to="/parcels/$parcel"
        params={{ parcel: parcel.id }}
        className={`card grid grid-cols-[44px_1fr_auto] items-center gap-x-4 p-4 text-ink no-underline hover:border-accent ${group === "ready" ? "border-accent" : ""}`}
      >
        <span
          className={`grid size-11 place-items-center rounded-full ${group === "ready" ? "bg-accent text-on-accent" : "bg-sunken text-ink-soft"}`}
        >
          {group === "past" && parcel.state !== "collected" ? <WarningIcon /> : icons[group]}
        </span>
        <span className="grid min-w-0 gap-0.5">
          <span className="font-semibold">{say(`state.${parcel.state}`)}</span>
          <span className="truncate text-small">
            {[station?.name, group === "ready" ? say("parcels.door", { number: String(parcel.compartment) }) : undefined]
              .filter(Boolean)
              .join(" · ")}
          </span>
          {when !== undefined && <span className="text-small text-ink-soft">{when}</span>}
          <span className="text-small text-ink-soft">
            {[say("parcel.number", { number: grouped(parcel.number) }), order].filter(Boolean).join(" · ")}
          </span>
        </span>
        <span className="text-ink-soft">
          <NextIcon />
        </span>
      </Link>
    </li>
  );
}
