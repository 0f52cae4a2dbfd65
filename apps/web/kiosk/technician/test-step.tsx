import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import type { StepProps } from "./api.ts";
import { words } from "./words.ts";

const reasons = {
  sensor: "test.sensor",
  door_stuck: "test.stuck",
  already_open: "test.not_shut",
  no_answer: "test.silent",
} as const;

/** The acceptance test: each door opened, seen open, shut, seen shut. */
export function TestStep({ view, wizard, isPending, act }: StepProps<"test">) {
  const say = useSay(words);
  const { trying, results, wiring } = wizard;
  if (trying === null) return null;
  const { door, phase, result } = trying;
  const picture = (
    <Cabinet label={say("test.title", { door })} doors={view.doors} highlight={door} pulse={phase === "close"} className="kiosk-cabinet" />
  );
  if (phase === "close")
    return (
      <Stage
        title={say("close.title", { door })}
        body={say("close.body")}
        fills
        picture={picture}
        controls={
          <Key isDisabled={isPending} onPress={() => act({ kind: "again" })}>
            {say("close.again")}
          </Key>
        }
      />
    );
  const reason = result?.reason ?? "";
  const isKnown = Object.hasOwn(reasons, reason);
  return (
    <Stage
      title={say(phase === "failed" ? "test.failed" : "test.title", { door })}
      body={
        phase === "failed"
          ? say(isKnown ? reasons[reason as keyof typeof reasons] : "test.unknown")
          : say("test.body", { done: String(results.length), all: String(wiring.doors.length) })
      }
      tone={phase === "failed" ? "warn" : "plain"}
      fills
      picture={picture}
      controls={
        <>
          <Key tall look="primary" isDisabled={isPending} onPress={() => act({ kind: "fire" })}>
            {say("doors.open")}
          </Key>
          {phase === "failed" && (
            <Key isDisabled={isPending} onPress={() => act({ kind: "leave_out" })}>
              {say("test.leave_out")}
            </Key>
          )}
          <Key isDisabled={isPending} onPress={() => act({ kind: "restart" })}>
            {say("restart")}
          </Key>
        </>
      }
    />
  );
}
