import type { Kiosk, Step } from "@pigeonhole/station/kiosk/contract";
import { useNow } from "@pigeonhole/ui/clock";
import { CodeDisplay } from "@pigeonhole/ui/code-display.tsx";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useEffect } from "react";
import { play } from "../shell/sound.ts";
import { WrongKeys, type Wrong } from "./door-screen.tsx";
import { Key } from "./key.tsx";
import { ReceiptCode } from "./receipts.tsx";
import { Stage } from "./stage.tsx";
import { isDepositing } from "./visit.ts";
import { words } from "./words.ts";
import { words as togetherWords } from "./words-together.ts";

/** All is done: thanks, or the code of a walk-up parcel, which is shown only here. */
export function DoneScreen({
  kiosk,
  step,
  receipts,
  onLeave,
  onReopen,
  onWrong,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "done" }>;
  /** Receipts that a phone should carry, because the station cannot send them now. */
  receipts: number;
  onLeave: () => void;
  onReopen: () => void;
  onWrong: (reason: Wrong) => void;
}) {
  const say = useSay(words);
  const sayTogether = useSay(togetherWords);
  const formats = useFormats(kiosk.timeZone);
  const door = step.compartment;
  const isEmpty = !step.isStored && isDepositing(step.purpose);
  const now = useNow();
  const isOpenable = step.reopenUntil !== null && now < new Date(step.reopenUntil);
  useEffect(() => play(step.isStillInside ? "bad" : "good"), [step.isStillInside]);
  if (!isEmpty && step.purpose === "bring" && step.code !== undefined) {
    const until = step.expiresAt === undefined ? "" : formats.full(step.expiresAt);
    return (
      <Stage
        title={say("done.bring")}
        body={say("done.bring_body", { door, until })}
        spoken={[...step.code].join(" ")}
        picture={
          <div className="w-full rounded-large border-2 border-line-strong bg-surface px-4 py-10">
            <CodeDisplay code={step.code} label={say("done.bring")} />
          </div>
        }
        controls={
          <Key tall look="primary" onPress={onLeave}>
            {say("done.noted")}
          </Key>
        }
      />
    );
  }
  if (!isEmpty && step.purpose === "deliver" && receipts > 0)
    return (
      <Stage
        title={say("done.deliver")}
        body={say("done.deliver_offline")}
        tone="good"
        picture={<ReceiptCode count={receipts} />}
        controls={
          <Key tall look="primary" onPress={onLeave}>
            {say("done.leave")}
          </Key>
        }
      />
    );
  const said = step.isStillInside
    ? { title: say("done.inside", { door }), body: say("done.inside_body") }
    : isEmpty
      ? { title: say("done.nothing"), body: say("done.nothing_body", { door }) }
      : step.purpose === "collect" && step.parcels > 1 && isOpenable
        ? { title: sayTogether("together.taken", { count: step.parcels }), body: sayTogether("together.taken_body", { door }) }
        : thanks(step.purpose);
  return (
    <Stage
      {...said}
      tone={step.isStillInside ? "warn" : isEmpty ? "plain" : "good"}
      picture={
        <span
          className={`glyph grid size-[9rem] text-[5rem] place-items-center rounded-full ${isEmpty ? "bg-sunken" : "bg-good-soft text-good"}`}
        >
          <CheckIcon />
        </span>
      }
      controls={
        <>
          {isOpenable && (
            <Key tall look={step.isStillInside ? "primary" : "plain"} onPress={onReopen}>
              {say("done.reopen")}
            </Key>
          )}
          {isOpenable && !isDepositing(step.purpose) && <WrongKeys reasons={["empty", "not_mine"]} isDisabled={false} onWrong={onWrong} />}
          <Key tall look={step.isStillInside ? "plain" : "primary"} onPress={onLeave}>
            {say("done.leave")}
          </Key>
        </>
      }
    />
  );

  function thanks(purpose: typeof step.purpose) {
    const kind = purpose === "bring" ? "deliver" : purpose;
    return { title: say(`done.${kind}`, { door }), body: say(`done.${kind}_body`, { door }) };
  }
}
