import { codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { heightWord, rowOf } from "@pigeonhole/ui/cabinet-geometry";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon, DoorIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Turning } from "@pigeonhole/ui/turning.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { Scan } from "@pigeonhole/couriers/contract";
import type { PlacedDoor } from "@pigeonhole/network/layout";
import { useEffect, useRef, useState } from "react";
import { feel } from "./feel.ts";
import { problems, ProblemView, rarer, useProblem, type Problem } from "./problem-view.tsx";
import { Huge, Thumb } from "./route-page.tsx";
import { useDeposited } from "./unsent.ts";
import { words } from "./words.ts";
import { words as wrongWords } from "./words-wrong.ts";

export interface DoorViewProps {
  readonly scan: Scan;
  readonly doors: readonly PlacedDoor[] | undefined;
  readonly stationName: string;
  readonly phone: string | null;
  readonly onAgain: () => void;
  /** The courier has said what is wrong, and this is the answer. */
  readonly onAnswer: (scan: Scan) => void;
  readonly onDone: (what: "deposited" | "abandoned" | "kept") => void;
}

/** One door, from open to "parcel is in". The next step is always the large button below. */
export function DoorView({ scan, doors, stationName, phone, onAgain, onAnswer, onDone }: DoorViewProps) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const sayWrong = useSay(wrongWords);
  const [problem, setProblem] = useState<Problem>();
  const [isMore, setMore] = useState(false);
  const wrong = useProblem(scan.id, onAnswer);
  const tell = (reason: Problem) => {
    setProblem(reason);
    wrong.mutate(reason);
  };
  const deposited = useDeposited((isSent) => onDone(isSent ? "deposited" : "kept"));
  const door = doors?.find(({ number }) => number === scan.compartment);
  const row = door && doors && rowOf(doors, door);
  const place = !door ? "" : row === "top" || row === "bottom" ? sayShared(`row.${row}`) : sayShared(`height.${heightWord(door)}`);
  const isUnknown = scan.outcome === "unknown" && !scan.doorClosed;
  const wasClosed = useRef(scan.doorClosed);
  useEffect(() => {
    if (scan.doorClosed && !wasClosed.current) feel("good");
    wasClosed.current = scan.doorClosed;
  }, [scan.doorClosed]);
  // The station has seen it shut since: nothing is in the way of the courier's word any more.
  const isStillOpen = codeOf(deposited.error) === "door_open" && !scan.doorClosed;
  const said = scan.problem ?? problem;
  if (said !== undefined && !(wrong.isError && scan.next === null))
    return (
      <ProblemView
        scan={scan}
        problem={said}
        phone={phone}
        say={wrong}
        onNext={onAgain}
        onAnswer={onAnswer}
        onDone={() => onDone("abandoned")}
      />
    );
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-4">
        <div
          role="status"
          className={`grid gap-1 rounded-large p-4 ${scan.doorClosed ? "bg-good-soft" : isUnknown ? "bg-warn-soft" : "bg-accent-soft"}`}
        >
          <p className="flex items-center justify-between gap-3">
            <span className="text-[2.5rem] leading-none font-bold">
              {isUnknown ? say("unknown.title", { door: scan.compartment }) : say("door.title", { door: scan.compartment })}
            </span>
            {!isUnknown && (
              <span className={`flex items-center gap-2 text-lead font-bold ${scan.doorClosed ? "text-good" : "text-on-accent-soft"}`}>
                {scan.doorClosed ? <CheckIcon /> : <DoorIcon />}
                {say(scan.doorClosed ? "door.shut" : "door.open")}
              </span>
            )}
          </p>
          <p className="text-lead first-letter:uppercase">{[place, sayShared(`size.${scan.size}`)].filter(Boolean).join(" · ")}</p>
          <p>{isUnknown ? say("unknown.body") : scan.doorClosed ? say("door.is_shut") : say("door.put_in")}</p>
          {scan.beside > 0 && <p className="font-semibold">{say("door.beside", { count: scan.beside })}</p>}
        </div>
        {doors && (
          <Cabinet
            label={stationName}
            doors={doors}
            highlight={scan.compartment}
            pulse={!scan.doorClosed}
            className="mx-auto max-w-sm [&_svg]:max-h-[34dvh]"
          />
        )}
        <p className="text-center text-ink-soft">{say("door.parcel", { number: grouped(scan.number) })}</p>
        {isStillOpen && <Notice kind="warn" title={say("door.still_open")} announce />}
        {deposited.isError && codeOf(deposited.error) !== "door_open" && <Failed error={deposited.error} />}
        {wrong.isError && <Failed error={wrong.error} />}
      </div>
      <Thumb>
        {isUnknown && (
          <Button size="large" wide onPress={onAgain}>
            {say("unknown.again")}
          </Button>
        )}
        {scan.doorClosed || isStillOpen ? (
          <Huge
            icon={<CheckIcon size={30} />}
            isPending={deposited.isPending}
            onPress={() => deposited.mutate({ scan: scan.id, number: scan.number })}
          >
            {say("door.in")}
          </Huge>
        ) : (
          <p className="flex min-h-[76px] items-center justify-center gap-3 rounded-medium border-2 border-dashed border-line-strong text-lead font-semibold">
            <Turning size={22} />
            {say("door.waiting")}
          </p>
        )}
        <div
          role="group"
          aria-label={sayWrong("wrong.title")}
          className="grid grid-cols-3 gap-2 [&>button]:min-h-16 [&>button]:px-1.5 [&>button]:text-small [&>button]:leading-tight"
        >
          {(isMore ? rarer : problems).map((each) => (
            <Button key={each} wide onPress={() => tell(each)}>
              {sayWrong(`wrong.${each}`)}
            </Button>
          ))}
        </div>
        <Button look="quiet" wide onPress={() => setMore(!isMore)}>
          {isMore ? sayShared("back") : sayWrong("wrong.more")}
        </Button>
      </Thumb>
    </div>
  );
}
