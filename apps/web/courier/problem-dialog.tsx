import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { Scan } from "@pigeonhole/couriers/contract";
import { useMutation } from "@tanstack/react-query";
import { couriers } from "../shell/api.ts";
import { words } from "./words.ts";

export const problems = ["does_not_fit", "not_empty", "door_will_not_close", "other"] as const;
export type Problem = (typeof problems)[number];

export interface ProblemDialogProps {
  readonly scan: Scan;
  readonly phone: string | null;
  /** What is wrong; undefined while nothing is. */
  readonly problem: Problem | undefined;
  readonly onChoose: (problem: Problem) => void;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** What happens next with this problem, and then the word of it: the parcel goes back with the courier. */
export function ProblemDialog({ scan, phone, problem, onChoose, onClose, onDone }: ProblemDialogProps) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const abandon = useMutation({
    mutationFn: (reason: Problem) => ask(couriers.scans[":id"].abandon.$post({ param: { id: scan.id }, json: { reason } })),
    onSuccess: onDone,
  });
  const close = () => {
    abandon.reset();
    onClose();
  };
  const isDoorOpen = codeOf(abandon.error) === "door_open";
  const next = (reason: Problem) =>
    reason === "door_will_not_close"
      ? say("problem.door_will_not_close_next", { phone: phone ?? say("problem.no_phone") })
      : say(`problem.${reason}_next`);
  return (
    <Dialog title={problem === undefined ? "" : say(`problem.${problem}`)} isOpen={problem !== undefined} onClose={close}>
      {problem !== undefined && (
        <div className="grid gap-4">
          <p className="text-lead">{next(problem)}</p>
          {isDoorOpen && <Notice kind="warn" title={say("door.still_open")} announce />}
          {abandon.isError && !isDoorOpen && <Failed error={abandon.error} />}
          <Button look="danger" size="large" wide isPending={abandon.isPending} onPress={() => abandon.mutate(problem)}>
            {say("problem.confirm")}
          </Button>
          <Button size="large" wide onPress={close}>
            {sayShared("back")}
          </Button>
          {problem !== "other" && (
            <Button look="quiet" wide onPress={() => onChoose("other")}>
              {say("problem.other")}
            </Button>
          )}
        </div>
      )}
    </Dialog>
  );
}
