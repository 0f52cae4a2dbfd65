import type { KioskState } from "@pigeonhole/station/kiosk/contract";
import { PhoneIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Stage } from "./stage.tsx";
import { words } from "./words.ts";

/** The station serves nobody at present: why, that what is inside is safe, and whom to call. */
export function ClosedScreen({ reason, phone }: { reason: NonNullable<KioskState["service"]["reason"]>; phone: string }) {
  const say = useSay(words);
  return (
    <Stage
      title={say("closed.title")}
      body={say(`closed.${reason}`)}
      tone="warn"
      spoken={say("call", { phone })}
      picture={
        <span className="glyph grid size-[9rem] text-[5rem] place-items-center rounded-full bg-warn-soft text-warn">
          <WarningIcon />
        </span>
      }
      controls={
        <p className="flex flex-wrap items-center justify-center gap-3 rounded-large border-2 border-line p-4 text-[1.5rem] font-semibold">
          {say("closed.call")}
          <span className="glyph text-[2rem]">
            <PhoneIcon />
          </span>
          {phone}
        </p>
      }
    />
  );
}
