import { I18nProvider } from "react-aria-components/I18nProvider";
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from "react";
import { formats, type Formats } from "./format.ts";
import { languages, preferred, speak, type Dictionary, type Language, type Say, type Words } from "./say.ts";

const key = "ph-language";

interface Spoken {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}
const Speaking = createContext<Spoken | undefined>(undefined);

const isLanguage = (value: unknown): value is Language => languages.includes(value as Language);

function first(): Language {
  const stored = localStorage.getItem(key);
  return isLanguage(stored) ? stored : preferred(navigator.languages);
}

/** Every screen stands inside one of these; the choice is kept on this device. A kiosk passes `remember={false}`. */
export function LanguageProvider({ children, remember = true }: { children: ReactNode; remember?: boolean }) {
  const [language, set] = useState<Language>(() => (remember ? first() : preferred(navigator.languages)));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const spoken = useMemo(
    () => ({
      language,
      choose: (next: Language) => {
        if (remember) localStorage.setItem(key, next);
        set(next);
      },
    }),
    [language, remember],
  );
  return (
    <I18nProvider locale={language}>
      <Speaking value={spoken}>{children}</Speaking>
    </I18nProvider>
  );
}

export function useLanguage(): Spoken {
  const spoken = use(Speaking);
  if (!spoken) throw new Error("a screen outside LanguageProvider has no language");
  return spoken;
}

/** The words of one entrance in the reader's language: `const say = useSay(words); say("hold.title")`. */
export function useSay<D extends Dictionary>(words: Words<D>): Say<D> {
  const { language } = useLanguage();
  return useMemo(() => speak(words, language), [words, language]);
}

/** Dates, distances and numbers in the reader's language and the station's time zone (the device's own when there is no station). */
export function useFormats(timeZone?: string): Formats {
  const { language } = useLanguage();
  return useMemo(() => formats(language, timeZone), [language, timeZone]);
}
