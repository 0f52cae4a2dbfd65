export type Look = "primary" | "plain" | "quiet" | "danger";
export type LookSize = "small" | "medium" | "large";

const base =
  "inline-flex cursor-pointer items-center justify-center gap-2 rounded-medium text-center font-semibold no-underline select-none transition-colors duration-(--motion-fast) disabled:cursor-not-allowed disabled:opacity-55 data-pending:cursor-progress";

const looks: Readonly<Record<Look, string>> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong active:bg-accent-strong",
  plain: "border border-line-strong bg-surface text-ink hover:bg-sunken active:bg-line",
  quiet: "text-accent hover:bg-accent-soft active:bg-accent-soft",
  danger: "bg-bad text-on-bad hover:bg-bad-strong active:bg-bad-strong",
};

/** Touch targets: 44 px is the least anywhere but in dense tables; 56 px for gloves and kiosks. */
const sizes: Readonly<Record<LookSize, string>> = {
  small: "min-h-9 px-3 text-small",
  medium: "min-h-11 px-4 text-body",
  large: "min-h-14 px-6 text-lead",
};

/** The classes of a button, for links that look like one. */
export const look = (kind: Look = "plain", size: LookSize = "medium", wide = false): string =>
  `${base} ${looks[kind]} ${sizes[size]} ${wide ? "w-full" : ""}`;
