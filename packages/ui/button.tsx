import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components/Button";
import type { ReactNode } from "react";
import { look, type Look } from "./look.ts";
import { Turning } from "./spinner.tsx";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "style" | "children"> {
  readonly children: ReactNode;
  readonly look?: Look;
  readonly size?: "small" | "medium" | "large";
  readonly wide?: boolean;
  readonly icon?: ReactNode;
}

/** The one button. While `isPending` it keeps its width, cannot be pressed again, and says so to a screen reader. */
export function Button({ children, look: kind = "plain", size = "medium", wide = false, icon, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} className={look(kind, size, wide)}>
      {({ isPending }) => (
        <>
          {isPending ? <Turning /> : icon}
          <span>{children}</span>
        </>
      )}
    </AriaButton>
  );
}

/** A square button that shows an icon and says `label`. */
export function IconButton({ label, children, ...rest }: Omit<ButtonProps, "aria-label"> & { readonly label: string }) {
  return (
    <AriaButton {...rest} aria-label={label} className="grid size-11 shrink-0 cursor-pointer place-items-center rounded-full text-ink-soft data-hovered:bg-sunken data-hovered:text-ink data-pressed:bg-line">
      {children}
    </AriaButton>
  );
}
