import type { KioskState, Size } from "@pigeonhole/station/kiosk/contract";
import { systemMonotonic, systemNow } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import { ask, Denied } from "@pigeonhole/ui/ask";
import { useLanguage } from "@pigeonhole/ui/language.tsx";
import { languages } from "@pigeonhole/ui/say";
import { useCallback, useEffect, useReducer, useState } from "react";
import { allowSound, play } from "../shell/sound.ts";
import { noBareDigits } from "../shell/scanner.ts";
import { useScanner } from "../shell/use-scanner.ts";
import { station } from "./api.ts";
import { isArrow, moveFocus } from "./arrows.ts";
import { ByHand } from "./by-hand.tsx";
import { Frame } from "./frame.tsx";
import { digitsSeconds } from "./idle.ts";
import { useStation } from "./link.ts";
import { LostScreen } from "./lost-screen.tsx";
import { Screen } from "./screen.tsx";
import { Announcing } from "./stage.tsx";
import { StillThere, useIdle } from "./still-there.tsx";
import { visited, type Refusal, type Visit, type VisitEvent, type Wish } from "./visit.ts";

/** Until the station has said so, a code has so many digits. */
const usualDigits = 8;

/** The whole kiosk: one station, one visitor, one door at a time. */
export function KioskApp() {
  const { state, kiosk, isLost, take } = useStation();
  const { choose } = useLanguage();
  const codeDigits = kiosk?.codeDigits ?? usualDigits;
  const [visit, go] = useReducer((before: Visit, event: VisitEvent) => visited(before, event, codeDigits), { at: "start" });
  const [spoken, announce] = useState("");
  const [isContrasty, setContrast] = useState(false);
  const step = state?.step.step ?? "idle";
  const isFree = step === "idle" || step === "received";

  const wish = useCallback(
    async (kind: Wish, request: Promise<KioskState>) => {
      go({ kind: "asked", wish: kind });
      try {
        take(await request);
        go({ kind: "left" });
      } catch (error) {
        const problem: Refusal = error instanceof Denied ? error.problem : { code: "unreachable" };
        go({ kind: "refused", problem });
      }
    },
    [take],
  );
  const pickup = useCallback((code: string) => void wish("code", ask(station.pickup.$post({ json: { code } }))), [wish]);
  const scan = (text: string) => {
    if (isFree && visit.at !== "asking") void wish("scan", ask(station.scan.$post({ json: { text } })));
  };
  const bring = (size: Size) => void wish("bring", ask(station.deposits.$post({ json: { size } })));
  const reopen = () => void wish("reopen", ask(station.reopen.$post()));
  const leave = useCallback(() => {
    go({ kind: "left" });
    if (step === "done" || step === "received" || step === "reported") void ask(station.leave.$post()).then(take, () => {});
  }, [step, take]);

  const freeAt = state?.keypadFreeAt ?? null;
  const type = useCallback(
    (digits: string) => {
      if (!isFree || (freeAt !== null && Date.parse(freeAt) > systemNow().getTime())) return;
      play("key");
      go({ kind: "typed", digits, atMs: systemMonotonic() });
    },
    [isFree, freeAt],
  );

  const digits = visit.at === "code" ? visit.digits : "";
  useEffect(() => {
    if (digits.length === codeDigits) pickup(digits);
    return digits === "" ? undefined : systemTimers.after(digitsSeconds * 1_000, () => go({ kind: "forgot_digits" }));
  }, [digits, codeDigits, pickup]);

  useScanner({
    isScan: noBareDigits,
    onScan: scan,
    onTooLong: () => scan("x".repeat(1_024)),
    onKeys: (keys) => {
      if (/^\d+$/.test(keys)) type(keys);
    },
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isArrow(event.key)) moveFocus(document, event.key);
      else if (event.key === "Backspace") go({ kind: "erased", atMs: systemMonotonic() });
      else if (event.key === "Escape") leave();
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    addEventListener("pointerdown", allowSound, { capture: true });
    addEventListener("keydown", allowSound, { capture: true });
    return () => {
      removeEventListener("keydown", onKeyDown);
      removeEventListener("pointerdown", allowSound, { capture: true });
      removeEventListener("keydown", allowSound, { capture: true });
    };
  }, [leave]);

  // Nobody is there any more: language and contrast go back to what the station prefers.
  const first = languages.find((language) => kiosk?.languages[0]?.toLowerCase().startsWith(language)) ?? languages[0];
  const isStart = isFree && visit.at === "start";
  const reset = useCallback(() => {
    leave();
    choose(first);
    setContrast(false);
  }, [leave, choose, first]);
  const hasKiosk = kiosk !== undefined;
  useEffect(() => {
    if (hasKiosk) choose(first);
    // The station's language is taken over once, when it becomes known.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [hasKiosk]);
  useEffect(() => {
    if (isContrasty) document.documentElement.dataset.contrast = "more";
    else delete document.documentElement.dataset.contrast;
  }, [isContrasty]);
  const isWaiting = step === "done" || step === "reported" || (isFree && visit.at !== "asking" && (!isStart || isContrasty));
  const idle = useIdle(`${step} ${visit.at}`, isWaiting, reset);

  if (isLost || !state || !kiosk) return isLost ? <LostScreen phone={kiosk?.supportPhone} /> : <main className="flex-1" />;
  return (
    <Announcing value={announce}>
      <p role="status" aria-live="assertive" className="sr-only">
        {spoken}
      </p>
      <Frame kiosk={kiosk} spoken={spoken} isContrasty={isContrasty} onContrast={() => setContrast(!isContrasty)}>
        <Screen
          kiosk={kiosk}
          state={state}
          visit={visit}
          go={go}
          onType={type}
          onBring={bring}
          onLeave={leave}
          onReopen={reopen}
          take={take}
        />
        {kiosk.isSimulated && <ByHand state={state} take={take} />}
      </Frame>
      {idle.phase === "warned" && !isStart && <StillThere touchedAtMs={idle.touchedAtMs} />}
    </Announcing>
  );
}
