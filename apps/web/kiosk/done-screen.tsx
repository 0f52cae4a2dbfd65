import type { Kiosk, Step } from "@pigeonhole/station/kiosk/contract";
import { CodeDisplay } from "@pigeonhole/ui/code-display.tsx";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useEffect } from "react";
import { play } from "../shell/sound.ts";
import { Key } from "./key.tsx";
import { ReceiptCode } from "./receipts.tsx";
import { Stage } from "./stage.tsx";
import { words } from "./words.ts";

/** All is done: thanks, or the code of a walk-up parcel, which is shown only here. */
export function DoneScreen({
  kiosk,
  step,
  receipts,
  onLeave,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "done" }>;
  /** Receipts that a phone should carry, because the station cannot send them now. */
  receipts: number;
  onLeave: () => void;
}) {
  const say = useSay(words);
  const formats = useFormats(kiosk.timeZone);
  const door = step.compartment;
  const isEmpty = !step.isStored && (step.purpose === "bring" || step.purpose === "deliver");
  useEffect(() => play("good"), []);
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
  const said = isEmpty ? { title: say("done.nothing"), body: say("done.nothing_body", { door }) } : thanks(step.purpose);
  return (
    <Stage
      {...said}
      tone={isEmpty ? "plain" : "good"}
      picture={
        <span
          className={`glyph grid size-[9rem] text-[5rem] place-items-center rounded-full ${isEmpty ? "bg-sunken" : "bg-good-soft text-good"}`}
        >
          <CheckIcon />
        </span>
      }
      controls={
        <Key tall look="primary" onPress={onLeave}>
          {say("done.leave")}
        </Key>
      }
    />
  );

  function thanks(purpose: typeof step.purpose) {
    const kind = purpose === "bring" ? "deliver" : purpose;
    return {
      title: kind === "service" ? say("done.service", { door }) : say(`done.${kind}`),
      body: kind === "collect" ? say("done.collect_body", { door }) : say(kind === "deliver" ? "done.deliver_body" : "done.service_body"),
    };
  }
}
