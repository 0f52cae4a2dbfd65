import type { Size } from "@pigeonhole/network/layout";
import type { Candidate } from "@pigeonhole/reservations/contract";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Point } from "../../places/search.ts";
import { useConfig } from "../../shell/config.ts";
import { PlaceField } from "../place-field.tsx";
import { searchQuery } from "../queries.ts";
import { rememberedPlace } from "../wish.ts";
import { placesQuery } from "./queries.ts";
import { words } from "./words.ts";

interface Place extends Point {
  readonly name: string;
}

/** Stations around a place, one of which is chosen: where something is put in (with a compartment to spare), or where it is collected. */
export function PlaceChoice({
  legend,
  size,
  isForPuttingIn,
  chosen,
  error,
  onChoose,
}: {
  readonly legend: string;
  readonly size: Size;
  readonly isForPuttingIn: boolean;
  readonly chosen: string | undefined;
  readonly error: string | undefined;
  readonly onChoose: (station: string | undefined) => void;
}) {
  const say = useSay(words);
  const name = useId();
  const { home, geocoder = false } = useConfig();
  const [place, setPlace] = useState<Place | undefined>(() => {
    const known = rememberedPlace();
    if (known?.lat !== undefined && known.lon !== undefined) return { name: known.place ?? "", lat: known.lat, lon: known.lon };
    return home ? { name: home.name, lat: home.lat, lon: home.lon } : undefined;
  });
  const toPutIn = useQuery({ ...placesQuery(place, size), enabled: isForPuttingIn && place !== undefined });
  const toCollect = useQuery({
    ...searchQuery(place ?? { lat: 0, lon: 0 }, { size }, undefined),
    enabled: !isForPuttingIn && place !== undefined,
  });
  const found = isForPuttingIn ? toPutIn : toCollect;
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-2 text-title">{legend}</legend>
      <PlaceField
        current={place?.name ?? ""}
        near={place}
        hasGeocoder={geocoder}
        onChoose={(next) => {
          setPlace(next);
          onChoose(undefined);
        }}
      />
      {place !== undefined && found.isPending && <Spinner onRetry={() => void found.refetch()} />}
      {found.isError && <Failed error={found.error} onRetry={() => void found.refetch()} />}
      {found.data?.candidates.length === 0 && <Notice kind="empty" title={say("place.full")} />}
      <ul className="grid gap-2">
        {found.data?.candidates.slice(0, 10).map((candidate) => (
          <Choice
            key={candidate.station}
            name={name}
            candidate={candidate}
            isChosen={candidate.station === chosen}
            onChoose={() => onChoose(candidate.station)}
          />
        ))}
      </ul>
      {error !== undefined && (
        <p role="alert" className="text-small font-medium text-bad">
          {error}
        </p>
      )}
    </fieldset>
  );
}

function Choice({ name, candidate, isChosen, onChoose }: { name: string; candidate: Candidate; isChosen: boolean; onChoose: () => void }) {
  const say = useSay(words);
  const formats = useFormats();
  return (
    <li>
      <label className="card relative grid cursor-pointer gap-0.5 p-4 has-checked:border-accent has-checked:bg-accent-soft has-checked:text-on-accent-soft has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus">
        <input
          type="radio"
          name={name}
          value={candidate.station}
          checked={isChosen}
          onChange={onChoose}
          className="absolute inset-0 cursor-pointer opacity-0"
        />
        <span className="font-semibold">{candidate.name}</span>
        {candidate.address !== null && <span className="text-small">{candidate.address}</span>}
        <span className="text-small">
          {[say("place.away", { distance: formats.distance(candidate.distanceMetres) }), candidate.openNow ? undefined : say("place.opens")]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </label>
    </li>
  );
}
