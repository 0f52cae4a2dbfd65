import type { KioskState } from "@pigeonhole/station/kiosk/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { HandIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation } from "@tanstack/react-query";
import { simulator } from "./api.ts";
import { words } from "./words.ts";

/** A simulated cabinet has no doors to push: here the visitor is the hand. Takes no room while every door is shut. */
export function ByHand({ state, take }: { state: KioskState; take: (state: KioskState) => void }) {
  const say = useSay(words);
  const close = useMutation({
    mutationFn: (compartment: number) =>
      ask(simulator.doors[":compartment"].$post({ param: { compartment: String(compartment) }, json: { door: "closed" } })),
    onSuccess: take,
  });
  const open = state.doors.filter(({ door }) => door === "open");
  if (open.length === 0) return state.simulated ? <Mishaps simulated={state.simulated} take={take} /> : null;
  return (
    <aside className="mx-5 mb-4 flex flex-wrap items-center justify-between gap-3 rounded-large border-2 border-dashed border-line-strong p-3">
      <span className="flex items-center gap-2 text-ink-soft">
        <span className="glyph text-[1.5rem]">
          <HandIcon />
        </span>
        {say("hand.title")}
      </span>
      <span className="flex flex-wrap gap-2">
        {open.map(({ compartment }) => (
          <Button key={compartment} size="large" isDisabled={close.isPending} onPress={() => close.mutate(compartment)}>
            {say("hand.close", { door: compartment })}
          </Button>
        ))}
      </span>
    </aside>
  );
}

interface MishapsProps {
  readonly simulated: NonNullable<KioskState["simulated"]>;
  readonly take: (state: KioskState) => void;
}

/**
 * What befalls real cabinets: no power, rough hands, the sun. Here and not in operations, because only this page reaches the cabinet; closed, it is
 * one line, and it stays above the dark screen, so that the plug can be put back.
 */
function Mishaps({ simulated: { mains, isTampered, isHot }, take }: MishapsProps) {
  const say = useSay(words);
  const change = useMutation({
    mutationFn: (json: { mains?: boolean; isTampered?: boolean; isHot?: boolean }) => ask(simulator.sensors.$post({ json })),
    onSuccess: take,
  });
  const mishaps = [
    [say(mains ? "mishap.unplug" : "mishap.plug"), { mains: !mains }],
    [say(isTampered ? "mishap.put_back" : "mishap.shake"), { isTampered: !isTampered }],
    [say(isHot ? "mishap.cool" : "mishap.heat"), { isHot: !isHot }],
  ] as const;
  return (
    <details className="relative z-50 mx-5 mb-3 text-ink-soft">
      <summary className="w-fit cursor-pointer rounded-medium px-2 py-1">{say("mishap.title")}</summary>
      <div className="mt-2 flex flex-wrap gap-2 rounded-large border-2 border-dashed border-line-strong bg-raised p-3">
        {mishaps.map(([words, json]) => (
          <Button key={words} size="large" isDisabled={change.isPending} onPress={() => change.mutate(json)}>
            {words}
          </Button>
        ))}
      </div>
    </details>
  );
}
