import type { Kiosk, KioskState, Size } from "@pigeonhole/station/kiosk/contract";
import { ask } from "@pigeonhole/ui/ask";
import { useWait } from "@pigeonhole/ui/clock";
import { Turning } from "@pigeonhole/ui/turning.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation } from "@tanstack/react-query";
import { station } from "./api.ts";
import { ClosedScreen } from "./closed-screen.tsx";
import { CodeScreen } from "./code-screen.tsx";
import { AskOutScreen, AskScreen, OpenScreen, ReportedScreen, type Wrong } from "./door-screen.tsx";
import { DarkScreen } from "./dark-screen.tsx";
import { DoneScreen } from "./done-screen.tsx";
import { ReceiptsScreen, ReceivedScreen } from "./receipts.tsx";
import { RefusedScreen } from "./refused-screen.tsx";
import { SizesScreen } from "./sizes-screen.tsx";
import { Stage } from "./stage.tsx";
import { StartScreen } from "./start-screen.tsx";
import type { Visit, VisitEvent, Wish } from "./visit.ts";
import { words } from "./words.ts";

export interface ScreenProps {
  readonly kiosk: Kiosk;
  readonly state: KioskState;
  readonly visit: Visit;
  readonly go: (event: VisitEvent) => void;
  readonly onType: (digit: string) => void;
  readonly onBring: (size: Size) => void;
  readonly onLeave: () => void;
  readonly onReopen: () => void;
  readonly take: (state: KioskState) => void;
}

/** What is shown: a door's business before everything else, then the station's answer, then the reader's own way. */
export function Screen({ kiosk, state, visit, go, onType, onBring, onLeave, onReopen, take }: ScreenProps) {
  const answer = useMutation({ mutationFn: (isParcelIn: boolean) => ask(station.answer.$post({ json: { isParcelIn } })), onSuccess: take });
  const answerOut = useMutation({
    mutationFn: (parcel: "out" | "left" | "missing") => ask(station["answer-out"].$post({ json: { parcel } })),
    onSuccess: take,
  });
  const problem = useMutation({
    mutationFn: (reason: Wrong) => ask(station.problem.$post({ json: { reason } })),
    onSuccess: (next) => {
      take(next);
      if (visit.at === "refused") go({ kind: "left" });
    },
  });
  const onWrong = problem.mutate;
  const { step } = state;
  if (step.step === "open") return <OpenScreen kiosk={kiosk} step={step} isPending={problem.isPending} onWrong={onWrong} />;
  if (step.step === "reported") return <ReportedScreen kiosk={kiosk} step={step} onLeave={onLeave} />;
  // A refused re-opening is shown before the step that it came from.
  if (visit.at === "refused" && visit.wish === "reopen")
    return <RefusedScreen kiosk={kiosk} wish={visit.wish} problem={visit.problem} onAgain={() => go({ kind: "left" })} onHome={onLeave} />;
  if (step.step === "ask_parcel_in")
    return (
      <AskScreen
        kiosk={kiosk}
        step={step}
        isPending={answer.isPending || problem.isPending}
        onAnswer={answer.mutate}
        onWrong={onWrong}
        onReopen={onReopen}
      />
    );
  if (step.step === "ask_parcel_out")
    return <AskOutScreen kiosk={kiosk} step={step} isPending={answerOut.isPending} onAnswer={answerOut.mutate} onReopen={onReopen} />;
  if (step.step === "done")
    return (
      <DoneScreen
        kiosk={kiosk}
        step={step}
        receipts={state.isOnline ? 0 : state.receipts}
        onLeave={onLeave}
        onReopen={onReopen}
        onWrong={onWrong}
      />
    );
  if (step.step === "received" && visit.at !== "code" && visit.at !== "asking" && visit.at !== "refused")
    return <ReceivedScreen isWithdrawn={step.isWithdrawn} onCode={() => go({ kind: "collect" })} onLeave={onLeave} />;
  if (visit.at === "asking" || step.step === "working") return <AskingScreen wish={visit.at === "asking" ? visit.wish : "bring"} />;
  if (visit.at === "refused")
    return (
      <RefusedScreen
        kiosk={kiosk}
        wish={visit.wish}
        problem={visit.problem}
        onAgain={() => go({ kind: "again" })}
        onHome={onLeave}
        onStuck={() => onWrong("will_not_open")}
      />
    );
  if (state.service.reason === "power" && !state.service.pickups) return <DarkScreen phone={kiosk.supportPhone} />;
  if (!state.service.pickups) return <ClosedScreen reason={state.service.reason ?? "operator"} phone={kiosk.supportPhone} />;
  if (visit.at === "code")
    return (
      <CodeScreen
        digits={visit.digits}
        codeDigits={kiosk.codeDigits}
        freeAt={state.keypadFreeAt}
        onType={onType}
        onErase={() => go({ kind: "erased", atMs: visit.typedAtMs })}
        onBack={onLeave}
      />
    );
  if (visit.at === "receipts") return <ReceiptsScreen count={state.receipts} onBack={onLeave} />;
  if (visit.at === "sizes") return <SizesScreen kiosk={kiosk} state={state} onSize={onBring} onBack={onLeave} />;
  return (
    <StartScreen
      kiosk={kiosk}
      state={state}
      onCollect={() => go({ kind: "collect" })}
      onBring={() => go({ kind: "bring" })}
      onReceipts={() => go({ kind: "receipts" })}
    />
  );
}

/** Said only when it takes longer than a blink. */
function AskingScreen({ wish }: { wish: Wish }) {
  const say = useSay(words);
  const wait = useWait(true);
  if (wait === "brief") return <main className="flex-1" />;
  return (
    <Stage
      title={say(wish === "reopen" ? "asking.bring" : `asking.${wish}`)}
      {...(wait === "shown" ? {} : { body: say("asking.body") })}
      picture={
        <span className="text-accent">
          <span className="glyph text-[5rem]">
            <Turning />
          </span>
        </span>
      }
    />
  );
}
