import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { useSay } from "./language.tsx";
import { look, type Look, type LookSize } from "./look.ts";
import { Turning } from "./turning.tsx";
import { words } from "./words.ts";

export interface ButtonProps extends Omit<
  ButtonHTMLAttributes<HTMLButtonElement>,
  "className" | "style" | "disabled" | "onClick" | "children"
> {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
  /** Keeps the focus, cannot be pressed again, and says so to a screen reader. */
  readonly isPending?: boolean;
  readonly look?: Look;
  readonly size?: LookSize;
  readonly wide?: boolean;
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

/**
 * The one button. The browser's own: what React Aria's adds to it weighs 19 kB on the first screen, and a native button is reachable
 * by itself.
 */
export function Button({
  children,
  look: kind = "plain",
  size = "medium",
  wide = false,
  icon,
  isPending = false,
  isDisabled = false,
  type = "button",
  onPress,
  ...rest
}: ButtonProps) {
  const say = useSay(words);
  return (
    <button
      {...rest}
      type={isPending ? "button" : type}
      disabled={isDisabled}
      onClick={() => {
        if (!isPending) onPress?.();
      }}
      data-pending={isPending || undefined}
      aria-busy={isPending || undefined}
      className={look(kind, size, wide)}
    >
      {isPending ? <Turning /> : icon}
      <span>{children}</span>
      {isPending && <span className="sr-only">{say("wait.shown")}</span>}
    </button>
  );
}

/** A round button that shows an icon and says `label`. */
export function IconButton({
  label,
  children,
  onPress,
  isDisabled = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly isDisabled?: boolean;
}) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      disabled={isDisabled}
      onClick={() => onPress?.()}
      className="grid size-11 shrink-0 cursor-pointer place-items-center rounded-full text-ink-soft hover:bg-sunken hover:text-ink active:bg-line disabled:cursor-not-allowed disabled:opacity-55"
    >
      {children}
    </button>
  );
}
