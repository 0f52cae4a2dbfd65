import type { Kiosk } from "@pigeonhole/station/kiosk/contract";
import { Button as AriaButton } from "react-aria-components/Button";
import { useNow } from "@pigeonhole/ui/clock";
import { ContrastIcon, PhoneIcon, PinIcon, SpeakerIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useLanguage, useSay } from "@pigeonhole/ui/language.tsx";
import { languageNames, languages } from "@pigeonhole/ui/say";
import type { ReactNode } from "react";
import { canReadAloud, readAloud } from "./read-aloud.ts";
import { words } from "./words.ts";

export interface FrameProps {
  readonly kiosk: Kiosk;
  /** What "read aloud" says. */
  readonly spoken: string;
  readonly isContrasty: boolean;
  readonly onContrast: () => void;
  readonly children: ReactNode;
}

/** Around every screen: which station this is, whom to call, and how the screen itself is set. Nothing to press is above the middle. */
export function Frame({ kiosk, spoken, isContrasty, onContrast, children }: FrameProps) {
  const say = useSay(words);
  const { language, choose } = useLanguage();
  const formats = useFormats(kiosk.timeZone);
  // The station says which one comes first; a language that the screen speaks is never withheld.
  const isPreferred = (each: string) => kiosk.languages.some((tag) => tag.toLowerCase().startsWith(each));
  const offered = languages.toSorted((a, b) => Number(isPreferred(b)) - Number(isPreferred(a)));
  return (
    <>
      <header className="flex items-center justify-between gap-4 px-5 pt-4 text-lead">
        <span className="flex min-w-0 items-center gap-2 font-semibold">
          <span className="glyph text-[1.5rem]">
            <PinIcon />
          </span>
          <span className="truncate">{kiosk.name}</span>
        </span>
        <time className="text-ink-soft">{formats.time(useNow(10_000))}</time>
      </header>
      {children}
      <footer aria-label={say("foot")} className="flex flex-wrap items-center justify-between gap-2 border-t-2 border-line px-4 py-2">
        <span className="flex items-center gap-2 px-1 font-semibold">
          <span className="glyph text-[1.5rem]">
            <PhoneIcon />
          </span>
          <span className="sr-only">{say("help")}</span>
          {kiosk.supportPhone}
        </span>
        <span className="flex gap-2">
          {offered
            .filter((each) => each !== language)
            .map((each) => (
              <Setting key={each} onPress={() => choose(each)}>
                <span lang={each}>{languageNames[each]}</span>
              </Setting>
            ))}
          <Setting isOn={isContrasty} label={say("contrast")} onPress={onContrast}>
            <span className="glyph text-[1.5rem]">
              <ContrastIcon />
            </span>
          </Setting>
          {canReadAloud(language) && (
            <Setting label={say("read")} onPress={() => readAloud(spoken, language)}>
              <span className="glyph text-[1.5rem]">
                <SpeakerIcon />
              </span>
            </Setting>
          )}
        </span>
      </footer>
    </>
  );
}

const Setting = ({ label, isOn, onPress, children }: { label?: string; isOn?: boolean; onPress: () => void; children: ReactNode }) => (
  <AriaButton
    {...(label === undefined ? {} : { "aria-label": label })}
    {...(isOn === undefined ? {} : { "aria-pressed": isOn })}
    onPress={onPress}
    className={`grid min-h-[3.25rem] min-w-[3.25rem] cursor-pointer place-items-center rounded-medium border-2 px-3 font-semibold ${isOn ? "border-accent bg-accent text-on-accent" : "border-line-strong bg-surface data-pressed:bg-line"}`}
  >
    {children}
  </AriaButton>
);
