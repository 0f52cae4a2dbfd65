import { Button as AriaButton, type ButtonProps } from "react-aria-components/Button";
import type { ReactNode } from "react";

const looks = {
  plain: "border-2 border-line-strong bg-surface text-ink data-pressed:bg-line",
  primary: "border-2 border-accent bg-accent text-on-accent data-pressed:bg-accent-strong",
} as const;

export interface KeyProps extends Omit<ButtonProps, "className" | "style" | "children"> {
  readonly children: ReactNode;
  readonly look?: keyof typeof looks;
  readonly tall?: boolean;
}

/** A key for fingers, gloves and strangers: 4.75 rem are 35 mm on a 21.5 inch kiosk and 18 mm on the smallest one that we know. */
export function Key({ children, look = "plain", tall = false, ...rest }: KeyProps) {
  return (
    <AriaButton
      {...rest}
      className={`flex cursor-pointer items-center justify-center gap-3 rounded-large px-4 text-[1.375rem] leading-tight font-semibold disabled:cursor-not-allowed disabled:opacity-40 ${tall ? "min-h-[5.5rem]" : "min-h-[4.75rem]"} ${looks[look]}`}
    >
      {children}
    </AriaButton>
  );
}
