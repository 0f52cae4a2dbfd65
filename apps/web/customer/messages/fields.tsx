import { useId, type ReactNode } from "react";

const field =
  "min-h-11 w-full min-w-0 cursor-pointer rounded-medium border border-line-strong bg-surface px-3 text-body text-ink sm:w-auto";

interface PickProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onPick: (value: T) => void;
}

/** One of a few, by the device's own control. */
export function Pick<T extends string>({ label, value, options, onPick }: PickProps<T>) {
  return (
    <label className="grid items-center gap-1 sm:grid-cols-[minmax(0,1fr)_auto] sm:gap-4">
      <span>{label}</span>
      <select value={value} onChange={(event) => onPick(event.target.value as T)} className={field}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Yes or no, with what it means below. */
export function Check({ label, hint, isOn, onTurn }: { label: string; hint: string; isOn: boolean; onTurn: (isOn: boolean) => void }) {
  const about = useId();
  return (
    <div className="grid gap-1">
      <label className="flex min-h-11 cursor-pointer items-center gap-3 font-medium">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => onTurn(event.target.checked)}
          aria-describedby={about}
          className="size-6 shrink-0 accent-accent"
        />
        {label}
      </label>
      <p id={about} className="text-small text-ink-soft">
        {hint}
      </p>
    </div>
  );
}

export const Part = ({ title, children }: { title?: string; children: ReactNode }) => (
  <section className="card grid gap-4 p-4">
    {title !== undefined && <h2 className="text-title">{title}</h2>}
    {children}
  </section>
);
