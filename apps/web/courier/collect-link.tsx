import { BoxIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { To, useGo } from "../shell/to.tsx";
import { toTakeOut, type Stop } from "./progress.ts";
import { Huge, stopHref, Thumb } from "./route-page.tsx";
import { words } from "./words-collect.ts";

export const collectHref = (station: string): string => `${stopHref(station)}/collect`;

/** The way to what is to be taken out here, while there are parcels to put in; nothing when nothing is. */
export function CollectLink({ stop }: { stop: Stop }) {
  const say = useSay(words);
  const count = toTakeOut(stop).length;
  if (count === 0) return null;
  return (
    <To
      href={collectHref(stop.station)}
      className="flex min-h-14 items-center gap-3 rounded-medium border border-warn bg-warn-soft px-4 font-semibold text-ink no-underline"
    >
      <BoxIcon />
      {say("link", { count })}
    </To>
  );
}

/** The same as the next thing to do: everything that was to be put in is in. */
export function CollectThumb({ stop }: { stop: Stop }) {
  const say = useSay(words);
  const go = useGo();
  return (
    <Thumb>
      <Huge icon={<BoxIcon size={28} />} onPress={() => go(collectHref(stop.station))}>
        {say("link", { count: toTakeOut(stop).length })}
      </Huge>
    </Thumb>
  );
}
