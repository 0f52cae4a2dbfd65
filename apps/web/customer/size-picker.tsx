import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { Size } from "@pigeonhole/network/layout";
import { useId, useState } from "react";
import { isMeasured, sizes, type Wish } from "./wish.ts";
import { words } from "./words.ts";

/** Usable inside measures of the standard doors in centimetres (A2.1): width, height, depth. Stations may have others; the search knows. */
export const standardCm: Readonly<Record<Size, readonly [width: number, height: number, depth: number]>> = {
  small: [35, 18, 30],
  medium: [35, 30, 48],
  large: [45, 35, 60],
  oversized: [55, 45, 70],
};

type Parcel = Pick<Wish, "size" | "l" | "w" | "h" | "kg">;
interface SizePickerProps {
  readonly wish: Wish;
  readonly onChange: (parcel: Parcel) => void;
}

/** The size by shape, all four drawn to one scale; or by measuring. */
export function SizePicker({ wish, onChange }: SizePickerProps) {
  const say = useSay(words);
  const [measuring, setMeasuring] = useState(isMeasured(wish));
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 text-small font-semibold">{say("choose.size")}</legend>
      {measuring ? <Measures wish={wish} onChange={onChange} /> : <Shapes wish={wish} onChange={onChange} />}
      <button
        type="button"
        className="cursor-pointer justify-self-start py-1 text-small font-medium text-accent underline underline-offset-4"
        onClick={() => {
          setMeasuring(!measuring);
          if (measuring) onChange({ size: wish.size ?? "medium" });
        }}
      >
        {measuring ? say("choose.by_shape") : say("choose.by_measure")}
      </button>
    </fieldset>
  );
}

/** The sizes, or those of them that are offered, drawn side by side. */
export function Shapes({ wish, onChange, only = sizes }: SizePickerProps & { readonly only?: readonly Size[] }) {
  const say = useSay(words);
  const name = useId();
  const common = useSay(shared);
  return (
    <div className="grid grid-cols-4 gap-2">
      {only.map((size) => {
        const [width, height, depth] = standardCm[size];
        return (
          <label
            key={size}
            className="relative grid cursor-pointer justify-items-center gap-1 rounded-medium border border-line-strong bg-surface px-1 pt-2 pb-2 text-center hover:bg-sunken has-checked:border-accent has-checked:bg-accent-soft has-checked:text-on-accent-soft has-checked:shadow-[inset_0_0_0_1px_var(--accent)] has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus"
          >
            <input
              type="radio"
              name={name}
              value={size}
              checked={(wish.size ?? "medium") === size}
              onChange={() => onChange({ size })}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            <Shape cm={standardCm[size]} />
            <span className="text-small leading-tight font-semibold first-letter:uppercase">{common(`size.${size}`)}</span>
            <span
              className="text-[0.75rem] leading-tight text-ink-soft"
              aria-label={say("choose.upto", { width, height, depth })}
            >{`${width}×${height}×${depth}`}</span>
          </label>
        );
      })}
      <p aria-hidden className="col-span-4 text-small text-ink-soft">
        {say("choose.unit")}
      </p>
    </div>
  );
}

/** A box in oblique projection; 1 unit is 1 cm for every size, so that the four can be compared. */
function Shape({ cm: [width, height, depth] }: { cm: readonly [number, number, number] }) {
  const slant = depth * 0.32;
  const x = (84 - width - slant) / 2;
  const y = 70 - height;
  return (
    <svg viewBox="0 0 84 74" className="h-11 w-full" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinejoin="round" aria-hidden>
      <path d={`M${x} ${y}h${width}v${height}h${-width}z`} />
      <path d={`M${x} ${y}l${slant} ${-slant}h${width}l${-slant} ${slant}M${x + width} ${y + height}l${slant} ${-slant}v${-height}`} />
    </svg>
  );
}

const measures = ["l", "w", "h", "kg"] as const;
const measureWords = { l: "choose.length", w: "choose.width", h: "choose.height", kg: "choose.weight" } as const;

function Measures({ wish, onChange }: SizePickerProps) {
  const say = useSay(words);
  const { locale } = useFormats();
  const [typed, setTyped] = useState(
    () =>
      Object.fromEntries(measures.map((each) => [each, wish[each]?.toLocaleString(locale) ?? ""])) as Record<
        (typeof measures)[number],
        string
      >,
  );
  const change = (which: (typeof measures)[number], text: string) => {
    const next = { ...typed, [which]: text };
    setTyped(next);
    const numbers = Object.fromEntries(
      measures.flatMap((each) => {
        const value = Number(next[each].replace(",", "."));
        return value > 0 && value <= (each === "kg" ? 100 : 300) ? [[each, value]] : [];
      }),
    );
    if (numbers.l !== undefined && numbers.w !== undefined && numbers.h !== undefined) onChange(numbers);
  };
  return (
    <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
      {measures.map((each) => (
        <label key={each} className="grid gap-1 text-small">
          {say(measureWords[each])}
          <span className="flex items-center rounded-medium border border-line-strong bg-surface focus-within:outline-3 focus-within:outline-offset-1 focus-within:outline-focus">
            <input
              inputMode="decimal"
              value={typed[each]}
              onChange={(event) => change(each, event.target.value)}
              className="min-h-11 w-full min-w-0 bg-transparent ps-3 text-body outline-none"
            />
            <span className="pe-3 text-ink-soft">{each === "kg" ? "kg" : "cm"}</span>
          </span>
        </label>
      ))}
    </div>
  );
}
