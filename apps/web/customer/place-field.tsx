import { systemTimers } from "@pigeonhole/kit/timers";
import { useSay, useFormats } from "@pigeonhole/ui/language.tsx";
import { HereIcon, PinIcon, SearchIcon } from "@pigeonhole/ui/icons.tsx";
import { Turning } from "@pigeonhole/ui/turning.tsx";
import { useEffect, useId, useState, type KeyboardEvent } from "react";
import { findPlaces, type Place, type Point } from "../places/search.ts";
import { geocode } from "../places/geocode.ts";
import { words } from "./words.ts";

/** Typing rests so long before places are looked up. Milliseconds. */
const restMs = 150;

interface PlaceFieldProps {
  readonly current: string;
  readonly near: Point | undefined;
  readonly hasGeocoder: boolean;
  readonly onChoose: (place: Point & { readonly name: string }) => void;
}

/** A combobox (WAI-ARIA APG): type, choose with the arrows or a tap; or let the device say where it is. */
export function PlaceField({ current, near, hasGeocoder, onChoose }: PlaceFieldProps) {
  const say = useSay(words);
  const { locale } = useFormats();
  const id = useId();
  const [text, setText] = useState(current);
  const [found, setFound] = useState<readonly Place[]>();
  const [at, setAt] = useState(0);
  const [isOpen, open] = useState(false);
  const [locating, setLocating] = useState<"no" | "asking" | "denied">("no");

  useEffect(() => setText(current), [current]);
  useEffect(() => {
    if (!isOpen || text.trim().length < 2) return setFound(undefined);
    let isStale = false;
    const cancel = systemTimers.after(restMs, async () => {
      const places = await (hasGeocoder ? geocode(text, near) : findPlaces(text, near, locale)).catch(() => []);
      if (isStale) return;
      setFound(places);
      setAt(0);
    });
    return () => {
      isStale = true;
      cancel();
    };
  }, [text, isOpen, near, locale, hasGeocoder]);

  const choose = (place: Place) => {
    setText(place.name);
    open(false);
    onChoose({ name: place.name, lat: place.lat, lon: place.lon });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") return open(false);
    if (!found || found.length === 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt((was) => (was + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      choose(found[at]!);
    }
  };
  const locate = () => {
    setLocating("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setLocating("no");
        onChoose({ name: say("choose.here_name"), lat: coords.latitude, lon: coords.longitude });
      },
      () => setLocating("denied"),
      { maximumAge: 60_000, timeout: 10_000 },
    );
  };
  const shown = isOpen && found !== undefined;

  return (
    <div className="grid gap-2">
      <label htmlFor={id} className="text-small font-semibold">
        {hasGeocoder ? say("choose.address") : say("choose.place")}
      </label>
      <div className="relative">
        <span className="flex items-center rounded-medium border border-line-strong bg-surface focus-within:outline-3 focus-within:outline-offset-1 focus-within:outline-focus">
          <span className="ps-3 text-ink-soft">
            <SearchIcon />
          </span>
          <input
            id={id}
            role="combobox"
            aria-expanded={shown}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-describedby={`${id}-hint`}
            aria-activedescendant={shown && found.length > 0 ? `${id}-${at}` : undefined}
            autoComplete="off"
            enterKeyHint="search"
            value={text}
            className="min-h-12 w-full min-w-0 bg-transparent px-3 outline-none"
            onChange={(event) => {
              setText(event.target.value);
              open(true);
            }}
            onFocus={(event) => event.target.select()}
            onBlur={() => open(false)}
            onKeyDown={onKeyDown}
          />
          <button
            type="button"
            onClick={locate}
            aria-label={say("choose.here")}
            title={say("choose.here")}
            className="m-1 grid size-11 shrink-0 cursor-pointer place-items-center rounded-small text-accent hover:bg-accent-soft"
          >
            {locating === "asking" ? <Turning /> : <HereIcon />}
          </button>
        </span>
        <span id={`${id}-hint`} className="sr-only">
          {say("choose.place_hint")}
        </span>
        <ul
          id={`${id}-list`}
          role="listbox"
          aria-label={say("choose.places")}
          hidden={!shown || found.length === 0}
          className="absolute inset-x-0 top-full z-20 mt-1 overflow-hidden rounded-medium border border-line bg-surface py-1 shadow-raised"
        >
          {found?.map((place, index) => (
            <li
              key={`${place.lat},${place.lon},${place.name}`}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerDown={(event) => {
                event.preventDefault();
                choose(place);
              }}
              onPointerEnter={() => setAt(index)}
              className={`flex cursor-pointer items-center gap-3 px-3 py-2 ${index === at ? "bg-accent-soft text-on-accent-soft" : ""}`}
            >
              <PinIcon />
              <span className="min-w-0">
                <span className="font-medium">{place.name}</span> <span className="text-small text-ink-soft">{place.detail}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
      <p role="status" className={(shown && found.length === 0) || locating === "denied" ? "text-small text-ink-soft" : "sr-only"}>
        {shown && found.length === 0 ? say("choose.no_places") : locating === "denied" ? say("choose.here_denied") : ""}
      </p>
    </div>
  );
}
