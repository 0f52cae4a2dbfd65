import { grouped } from "./format.ts";

/** A code as large as the screen allows, in groups of four; a screen reader says it digit by digit. */
export function CodeDisplay({ code, label }: { code: string; label: string }) {
  const groups = grouped(code).split(" ");
  return (
    <p className="m-0 text-center">
      <span className="sr-only">{`${label}: ${[...code].join(" ")}`}</span>
      <span
        aria-hidden
        translate="no"
        className="flex flex-wrap justify-center gap-x-[0.45em] font-mono text-[clamp(2.5rem,13vw,5rem)] leading-none font-bold tracking-[0.04em] select-all"
      >
        {groups.map((group, at) => (
          <span key={at}>{group}</span>
        ))}
      </span>
    </p>
  );
}
