/** Sign and name; the sign is four doors of which one is lit. On narrow phones the sign stands for the name. */
export const Brand = ({ suffix }: { suffix?: string }) => (
  <span className="inline-flex items-center gap-2.5 text-lead font-bold tracking-tight">
    <svg width="28" height="28" viewBox="0 0 64 64" aria-hidden>
      <rect width="64" height="64" rx="14" fill="var(--accent)" />
      <g fill="none" stroke="var(--on-accent)" strokeWidth="4">
        <rect x="13" y="11" width="17" height="13" rx="2" />
        <rect x="13" y="29" width="17" height="24" rx="2" />
        <rect x="35" y="11" width="17" height="24" rx="2" />
        <rect x="35" y="40" width="17" height="13" rx="2" fill="var(--on-accent)" />
      </g>
    </svg>
    <span className={suffix === undefined ? "max-[26rem]:sr-only" : ""}>
      Pigeonhole{suffix !== undefined && <span className="ms-2 font-normal text-ink-soft">{suffix}</span>}
    </span>
  </span>
);
