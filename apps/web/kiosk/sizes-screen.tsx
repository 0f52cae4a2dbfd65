import type { Kiosk, KioskState, Size } from "@pigeonhole/station/kiosk/contract";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { Key } from "./key.tsx";
import { Stage } from "./stage.tsx";
import { words } from "./words.ts";

export interface SizesScreenProps {
  readonly kiosk: Kiosk;
  readonly state: KioskState;
  readonly onSize: (size: Size) => void;
  readonly onBack: () => void;
}

/** A walk-up parcel: the smallest door that it fits. */
export function SizesScreen({ kiosk, state, onSize, onBack }: SizesScreenProps) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const formats = useFormats(kiosk.timeZone);
  const widest = Math.max(...kiosk.cabinet.map((door) => door.widthMm));
  return (
    <Stage
      title={say("sizes.title")}
      body={say("sizes.body")}
      controls={
        <>
          {kiosk.walkUpSizes.map((size) => {
            // Columns differ in width: what is said fits into every door of this size.
            const doors = kiosk.cabinet.filter((each) => each.size === size);
            const door = doors.length > 0 && {
              widthMm: Math.min(...doors.map(({ widthMm }) => widthMm)),
              heightMm: Math.min(...doors.map(({ heightMm }) => heightMm)),
            };
            const count = state.free.find((each) => each.size === size)?.count ?? 0;
            return (
              <Key key={size} tall isDisabled={count === 0} onPress={() => onSize(size)}>
                <span className="flex w-full items-center gap-5 py-2 text-start">
                  <svg viewBox="0 0 100 100" className="size-[4.5rem] shrink-0 text-accent" aria-hidden>
                    {door && (
                      <rect
                        x={50 - (door.widthMm / widest) * 45}
                        y={96 - (door.heightMm / widest) * 90}
                        width={(door.widthMm / widest) * 90}
                        height={(door.heightMm / widest) * 90}
                        rx="5"
                        fill="var(--accent-soft)"
                        stroke="currentColor"
                        strokeWidth="4"
                      />
                    )}
                  </svg>
                  <span className="grid flex-1 gap-1">
                    <span className="first-letter:uppercase">{sayShared(`size.${size}`)}</span>
                    {door && (
                      <span className="text-lead font-normal">
                        {say("sizes.inner", { wide: formats.centimetres(door.widthMm), high: formats.centimetres(door.heightMm) })}
                      </span>
                    )}
                  </span>
                  <span className="text-lead font-normal">{count === 0 ? say("sizes.full") : say("sizes.free", { count })}</span>
                </span>
              </Key>
            );
          })}
          <Key onPress={onBack}>{say("back")}</Key>
        </>
      }
    />
  );
}
