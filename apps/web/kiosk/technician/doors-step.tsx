import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useState } from "react";
import { Key } from "../key.tsx";
import { Stage } from "../stage.tsx";
import type { StepProps } from "./api.ts";
import { words } from "./words.ts";

/** One lock after the other is fired once; the technician says which door it opened. */
export function DoorsStep(props: StepProps<"doors">) {
  const { view, wizard, isPending, act } = props;
  const { trying, doors, problem } = wizard;
  const say = useSay(words);
  const named = { board: trying.board, lock: String(trying.lock) };
  if (trying.phase === "close")
    return (
      <Stage
        title={say("close.title", { door: trying.door ?? 0 })}
        body={say("close.body")}
        fills
        picture={
          <Cabinet
            label={say("doors.title", named)}
            doors={view.doors}
            highlight={trying.door ?? undefined}
            pulse
            className="kiosk-cabinet"
          />
        }
        controls={
          <Key isDisabled={isPending} onPress={() => act({ kind: "again" })}>
            {say("close.again")}
          </Key>
        }
      />
    );
  if (trying.phase === "which" || (trying.phase === "firing" && !isPending))
    return <WhichDoor key={`${trying.board} ${trying.lock}`} {...props} />;
  return (
    <Stage
      title={say("doors.title", named)}
      body={trying.phase === "firing" ? say("working") : say("doors.body", { count: doors.length })}
      fills
      picture={<Cabinet label={say("doors.title", named)} doors={view.doors} className="kiosk-cabinet" />}
      controls={
        <>
          {problem && (
            <Notice kind="error" title={say("failed")}>
              {say(`problem.${problem.kind}`, { doors: problem.doors.join(", ") })}
            </Notice>
          )}
          <Key tall look="primary" isDisabled={isPending} onPress={() => act({ kind: "fire" })}>
            {say("doors.open")}
          </Key>
          <Key isDisabled={isPending} onPress={() => act({ kind: "leave_out" })}>
            {say("doors.leave_out")}
          </Key>
          {problem?.kind === "two_doors" || problem?.kind === "lost" ? (
            <Key isDisabled={isPending} onPress={() => act({ kind: "restart" })}>
              {say("restart")}
            </Key>
          ) : (
            <Key isDisabled={isPending || doors.length === 0} onPress={() => act({ kind: "finish" })}>
              {say("doors.finish")}
            </Key>
          )}
        </>
      }
    />
  );
}

function WhichDoor({ view, wizard, isPending, act }: StepProps<"doors">) {
  const say = useSay(words);
  const [several, setSeveral] = useState<readonly number[]>();
  const [typed, type] = useState("");
  const free = view.doors.filter(({ number }) => !wizard.doors.some(({ door }) => door === number));
  // Most cabinets are cabled in the order of their doors.
  const last = wizard.doors.at(-1)?.door ?? 0;
  const likely = (free.find(({ number }) => number > last) ?? free[0])?.number;
  const pick = (door: number) => {
    if (several === undefined) act({ kind: "which", doors: [door] });
    else setSeveral(several.includes(door) ? several.filter((each) => each !== door) : [...several, door].slice(-4));
  };
  const number = /^[1-9]\d{0,3}$/.test(typed) ? Number(typed) : undefined;
  return (
    <Stage
      title={say("which.title")}
      body={say(several === undefined ? "which.body" : "which.several_body")}
      fills
      picture={
        <Cabinet
          label={say("which.title")}
          doors={free}
          highlight={several === undefined ? likely : several.at(-1)}
          onPick={(door) => pick(door.number)}
          className="kiosk-cabinet"
        />
      }
      controls={
        several === undefined ? (
          <>
            {likely !== undefined && (
              <Key tall look="primary" isDisabled={isPending} onPress={() => pick(likely)}>
                {say("which.this", { door: likely })}
              </Key>
            )}
            <form
              className="grid grid-cols-[1fr_auto] items-end gap-3"
              onSubmit={(event) => {
                event.preventDefault();
                if (number !== undefined) pick(number);
              }}
            >
              <TextField label={say("which.other")} value={typed} onChange={type} inputMode="numeric" />
              <Key type="submit" isDisabled={isPending || number === undefined}>
                {say("go")}
              </Key>
            </form>
            <div className="grid grid-cols-2 gap-3">
              <Key isDisabled={isPending} onPress={() => act({ kind: "which", doors: [] })}>
                {say("which.none")}
              </Key>
              <Key isDisabled={isPending} onPress={() => setSeveral([])}>
                {say("which.several")}
              </Key>
            </div>
          </>
        ) : (
          <Key tall look="primary" isDisabled={isPending || several.length < 2} onPress={() => act({ kind: "which", doors: [...several] })}>
            {say("which.confirm", { doors: several.join(", ") || "–" })}
          </Key>
        )
      }
    />
  );
}
