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
  if (open.length === 0) return null;
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
