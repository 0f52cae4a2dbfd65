import { codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { heightWord, rowOf } from "@pigeonhole/ui/cabinet-geometry";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon, DoorIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Turning } from "@pigeonhole/ui/turning.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { PlacedDoor } from "@pigeonhole/network/layout";
import { useEffect, useRef, useState } from "react";
import { LeaveDialog, NotThereDialog, Trouble } from "./collect-leave.tsx";
import { feel } from "./feel.ts";
import type { Retrieval } from "./progress.ts";
import { Huge, Thumb } from "./route-page.tsx";
import { useTakenOut } from "./unsent.ts";
import { words as collectWords } from "./words-collect.ts";
import { words } from "./words.ts";
import { words as wrongWords } from "./words-wrong.ts";

interface CollectDoorProps {
  readonly retrieval: Retrieval;
  readonly doors: readonly PlacedDoor[] | undefined;
  readonly stationName: string;
  readonly isLast: boolean;
  readonly isBulk: boolean;
  readonly onAgain: () => void;
  readonly onDone: (what: "out" | "not_out") => void;
}

/** One door, from open to "it is out". The next step is always the large button below. */
export function CollectDoor({ retrieval, doors, stationName, isLast, isBulk, onAgain, onDone }: CollectDoorProps) {
  const say = useSay(words);
  const sayWrong = useSay(wrongWords);
  const sayCollect = useSay(collectWords);
  const sayShared = useSay(shared);
  const [asked, setAsked] = useState<"leave" | "not_there">();
  const takenOut = useTakenOut(() => onDone("out"));
  const { compartment, number, attempt } = retrieval;
  const isShut = attempt?.doorClosed ?? false;
  const isUnknown = attempt?.outcome !== "opened";
  const door = doors?.find((each) => each.number === compartment);
  const row = door && doors && rowOf(doors, door);
  const place = !door ? "" : row === "top" || row === "bottom" ? sayShared(`row.${row}`) : sayShared(`height.${heightWord(door)}`);
  const wasShut = useRef(isShut);
  useEffect(() => {
    if (isShut && !wasShut.current) feel("good");
    wasShut.current = isShut;
  }, [isShut]);
  const mayAnswer = isShut || isUnknown || takenOut.isError;
  const close = () => {
    setAsked(undefined);
    onDone("not_out");
  };
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-4">
        <div
          role="status"
          className={`grid gap-1 rounded-large p-4 ${isShut ? "bg-good-soft" : isUnknown ? "bg-warn-soft" : "bg-accent-soft"}`}
        >
          <p className="flex items-center justify-between gap-3">
            <span className="text-[2.5rem] leading-none font-bold">
              {isUnknown ? say("unknown.title", { door: compartment }) : say("door.title", { door: compartment })}
            </span>
            {!isUnknown && (
              <span className={`flex items-center gap-2 text-lead font-bold ${isShut ? "text-good" : "text-on-accent-soft"}`}>
                {isShut ? <CheckIcon /> : <DoorIcon />}
                {say(isShut ? "door.shut" : "door.open")}
              </span>
            )}
          </p>
          <p className="text-lead first-letter:uppercase">{place}</p>
          <p>{isShut ? sayCollect("is_shut", { number: grouped(number) }) : sayCollect("take_out")}</p>
        </div>
        {doors && (
          <Cabinet
            label={stationName}
            doors={doors}
            highlight={compartment}
            pulse={!isShut}
            className="mx-auto max-w-sm [&_svg]:max-h-[34dvh]"
          />
        )}
        <p className="text-center text-ink-soft">{say("door.parcel", { number: grouped(number) })}</p>
        {/* The station has seen it shut since: nothing is in the way of the courier's word any more. */}
        <Trouble error={isShut && codeOf(takenOut.error) === "door_open" ? null : takenOut.error} />
      </div>
      <Thumb>
        {isUnknown && (
          <Button size="large" wide onPress={onAgain}>
            {say("unknown.again")}
          </Button>
        )}
        {mayAnswer ? (
          <Huge icon={<CheckIcon size={30} />} isPending={takenOut.isPending} onPress={() => takenOut.mutate(retrieval.id)}>
            {isBulk && !isLast ? sayCollect("out_next") : sayCollect("out")}
          </Huge>
        ) : (
          <p className="flex min-h-[76px] items-center justify-center gap-3 rounded-medium border-2 border-dashed border-line-strong text-lead font-semibold">
            <Turning size={22} />
            {say("door.waiting")}
          </p>
        )}
        <div role="group" aria-label={sayWrong("wrong.title")} className="grid grid-cols-2 gap-2 [&>button]:min-h-14">
          <Button wide onPress={() => setAsked("not_there")}>
            {sayCollect("not_there")}
          </Button>
          <Button wide onPress={() => setAsked("leave")}>
            {sayCollect("stays")}
          </Button>
        </div>
      </Thumb>
      <NotThereDialog retrieval={retrieval} isOpen={asked === "not_there"} onClose={() => setAsked(undefined)} onDone={close} />
      <LeaveDialog retrieval={retrieval} isOpen={asked === "leave"} onClose={() => setAsked(undefined)} onDone={close} />
    </div>
  );
}
