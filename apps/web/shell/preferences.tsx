import { GlobeIcon, SunIcon } from "@pigeonhole/ui/icons.tsx";
import { useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { languageNames, languages, type Language } from "@pigeonhole/ui/say";
import { chooseTheme, themes, useTheme, type Theme } from "@pigeonhole/ui/theme";
import type { ReactNode } from "react";
import { words } from "./words.ts";

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly icon: ReactNode;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChoose: (value: T) => void;
}

function Choice<T extends string>({ label, icon, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <label className="inline-flex items-center gap-2 text-ink-soft">
      {icon}
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChoose(event.target.value as T)}
        className="min-h-11 cursor-pointer rounded-medium border border-line bg-surface px-2 text-small text-ink"
      >
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Language and appearance, kept on this device. */
export function Preferences() {
  const say = useSay(words);
  const { language, choose } = useLanguage();
  return (
    <div className="flex flex-wrap gap-4">
      <Choice<Language>
        label={say("language")}
        icon={<GlobeIcon />}
        value={language}
        onChoose={choose}
        options={languages.map((each) => [each, languageNames[each]] as const)}
      />
      <Choice<Theme>
        label={say("theme")}
        icon={<SunIcon />}
        value={useTheme()}
        onChoose={chooseTheme}
        options={themes.map((each) => [each, say(`theme.${each}`)] as const)}
      />
    </div>
  );
}
