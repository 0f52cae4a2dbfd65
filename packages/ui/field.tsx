import { FieldError } from "react-aria-components/FieldError";
import { Input } from "react-aria-components/Input";
import { Label } from "react-aria-components/Label";
import { Text } from "react-aria-components/Text";
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from "react-aria-components/TextField";
import type { HTMLAttributes, ReactNode, Ref } from "react";

export interface TextFieldProps extends Omit<
  AriaTextFieldProps,
  "className" | "style" | "children" | "placeholder" | "enterKeyHint" | "autoCapitalize" | "autoCorrect"
> {
  readonly label: string;
  /** Said below the field before anything is wrong. */
  readonly hint?: string;
  /** Said instead of the hint when the field is refused. */
  readonly error?: string | undefined;
  readonly placeholder?: string;
  /** Behind the typed value: "cm", "kg". */
  readonly unit?: string;
  readonly start?: ReactNode;
  readonly end?: ReactNode;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly enterKeyHint?: HTMLAttributes<HTMLInputElement>["enterKeyHint"];
  readonly autoCapitalize?: "none" | "words" | "characters";
  readonly autoCorrect?: "on" | "off";
  /** Spread out and large: for codes. */
  readonly code?: boolean;
}

export function TextField({
  label,
  hint,
  error,
  placeholder,
  unit,
  start,
  end,
  inputRef,
  enterKeyHint,
  autoCapitalize,
  autoCorrect,
  code = false,
  ...rest
}: TextFieldProps) {
  return (
    <AriaTextField {...rest} isInvalid={error !== undefined} className="grid gap-1.5">
      <Label className="text-small font-semibold">{label}</Label>
      <span className="flex items-center rounded-medium border border-line-strong bg-surface focus-within:outline-3 focus-within:outline-offset-1 focus-within:outline-focus has-[[data-invalid]]:border-bad">
        {start !== undefined && <span className="ps-3 text-ink-soft">{start}</span>}
        <Input
          ref={inputRef ?? null}
          placeholder={placeholder ?? ""}
          enterKeyHint={enterKeyHint}
          autoCapitalize={autoCapitalize}
          autoCorrect={autoCorrect}
          className={`min-h-11 w-full min-w-0 bg-transparent px-3 outline-none placeholder:text-ink-soft ${code ? "py-2 text-center font-mono text-display tracking-[0.25em]" : "text-body"}`}
        />
        {unit !== undefined && (
          <span className="pe-3 text-small text-ink-soft" aria-hidden>
            {unit}
          </span>
        )}
        {end}
      </span>
      {hint !== undefined && error === undefined && (
        <Text slot="description" className="text-small text-ink-soft">
          {hint}
        </Text>
      )}
      <FieldError className="text-small font-medium text-bad">{error}</FieldError>
    </AriaTextField>
  );
}
