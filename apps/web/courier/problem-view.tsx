import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Turning } from "@pigeonhole/ui/turning.tsx";
import type { Scan } from "@pigeonhole/couriers/contract";
import type { StopReason } from "@pigeonhole/couriers/mistakes/contract";
import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { couriers } from "../shell/api.ts";
import { Huge, Thumb } from "./route-page.tsx";
import { words } from "./words.ts";
import { words as wrongWords } from "./words-wrong.ts";

/** The three that are always one tap away, and what is one tap more. */
export const problems = ["does_not_fit", "not_empty", "will_not_close"] as const;
export const rarer = ["wrong_parcel", "will_not_open", "other"] as const;
export type Problem = (typeof problems)[number] | (typeof rarer)[number];

/** Says at the station what is wrong; the answer says what comes next. */
export const useProblem = (scan: string, onAnswer: (scan: Scan) => void) =>
  useMutation({
    mutationFn: (reason: NonNullable<Scan["problem"]>) =>
      ask(couriers.scans[":id"].abandon.$post({ param: { id: scan }, json: { reason: reason as Problem } })),
    onSuccess: onAnswer,
  });

export interface ProblemViewProps {
  readonly scan: Scan;
  readonly problem: NonNullable<Scan["problem"]>;
  readonly phone: string | null;
  readonly say: ReturnType<typeof useProblem>;
  /** Another compartment waits: it opens by itself. */
  readonly onNext: () => void;
  readonly onDone: () => void;
  readonly onAnswer: (scan: Scan) => void;
}

/** What the courier does now that something was wrong: one thing at a time, and the next compartment opens without another tap. */
export function ProblemView({ scan, problem, phone, say: tell, onNext, onDone, onAnswer }: ProblemViewProps) {
  const say = useSay(words);
  const sayWrong = useSay(wrongWords);
  const divert = useMutation({
    mutationFn: (station: string | null) => ask(couriers.scans[":id"].divert.$post({ param: { id: scan.id }, json: { station } })),
    onSuccess: (answer, station) => (station === null || answer.next === null ? onDone() : onAnswer(answer)),
  });
  const { next } = scan;
  const kind = next?.kind;
  const { mutate, isPending } = tell;
  // The door has been shut: the same word again goes on where it was. While the station is slow, the network goes on by itself.
  const isShut = kind === "shut_the_door" && scan.doorClosed;
  useEffect(() => {
    if (isShut) mutate(problem);
  }, [isShut, mutate, problem]);
  useEffect(() => {
    if (kind === "another_box" || kind === "same_box") onNext();
  }, [kind, onNext]);
  const body = next === null ? sayWrong("wrong.telling") : sayWrong(`next.${next.kind}`, gapsOf(next, scan.compartment));
  const isOver = kind === "take_back" || next === null;
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-4">
        <Notice kind={kind === "take_back" ? "warn" : "info"} title={sayWrong(wordOf(problem))} announce>
          <span className="text-lead">{body}</span>
          {next?.kind === "another_station" && <span className="mt-1 block">{sayWrong(next.isAgreed ? "next.agreed" : "next.told")}</span>}
        </Notice>
        {problem === "will_not_close" && phone !== null && <p className="text-center text-lead">{sayWrong("wrong.call", { phone })}</p>}
        {tell.isError && <Failed error={tell.error} />}
        {divert.isError && <Failed error={divert.error} />}
      </div>
      <Thumb>
        {next?.kind === "another_station" ? (
          <>
            <Huge isPending={divert.isPending} onPress={() => divert.mutate(next.station)}>
              {sayWrong("next.accept", { station: next.name })}
            </Huge>
            <Button size="large" wide isDisabled={divert.isPending} onPress={() => divert.mutate(null)}>
              {sayWrong("next.back")}
            </Button>
          </>
        ) : isOver && !isPending ? (
          <Huge onPress={onDone}>{sayWrong("next.go_on")}</Huge>
        ) : (
          <p className="flex min-h-[76px] items-center justify-center gap-3 rounded-medium border-2 border-dashed border-line-strong text-lead font-semibold">
            <Turning size={22} />
            {kind === "shut_the_door" ? say("door.waiting") : sayWrong("wrong.telling")}
          </p>
        )}
      </Thumb>
    </div>
  );
}

const wordOf = (problem: NonNullable<Scan["problem"]>) =>
  [...problems, ...rarer].some((each) => each === problem)
    ? (`wrong.${problem as Problem}` as const)
    : (`stop.${problem as StopReason}` as const);

/** What the sentence about the next step needs. */
function gapsOf(
  next: NonNullable<Scan["next"]>,
  here: number,
): { readonly door: number; readonly station: string; readonly metres: string } {
  const door = "compartment" in next ? next.compartment : here;
  const [station, metres] = next.kind === "another_station" ? [next.name, String(next.distanceMetres)] : ["", ""];
  return { door, station, metres };
}
