import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import type { Scan } from "@pigeonhole/couriers/contract";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { couriers } from "../shell/api.ts";
import { words } from "./words.ts";

const problems = ["does_not_fit", "not_empty", "door_will_not_close", "other"] as const;
type Problem = (typeof problems)[number];

/** What went wrong, what happens next, and then the word of it: the parcel goes back with the courier. */
export function ProblemDialog({ scan, phone, isOpen, onClose, onDone }: { scan: Scan; phone: string | null; isOpen: boolean; onClose: () => void; onDone: () => void }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const [problem, choose] = useState<Problem>();
  const abandon = useMutation({
    mutationFn: (reason: Problem) => ask(couriers.scans[":id"].abandon.$post({ param: { id: scan.id }, json: { reason } })),
    onSuccess: onDone,
  });
  const close = () => {
    choose(undefined);
    abandon.reset();
    onClose();
  };
  const isDoorOpen = codeOf(abandon.error) === "door_open";
  const next = (reason: Problem) => (reason === "door_will_not_close" ? say("problem.door_will_not_close_next", { phone: phone ?? say("problem.no_phone") }) : say(`problem.${reason}_next`));
  return (
    <Dialog title={problem === undefined ? say("problem.title") : say(`problem.${problem}`)} isOpen={isOpen} onClose={close}>
      {problem === undefined ? (
        <div className="grid gap-3">{problems.map((each) => <Button key={each} size="large" wide onPress={() => choose(each)}>{say(`problem.${each}`)}</Button>)}</div>
      ) : (
        <div className="grid gap-4">
          <p className="text-lead">{next(problem)}</p>
          {isDoorOpen && <Notice kind="warn" title={say("door.still_open")} announce />}
          {abandon.isError && !isDoorOpen && <Failed error={abandon.error} />}
          <Button look="danger" size="large" wide isPending={abandon.isPending} onPress={() => abandon.mutate(problem)}>{say("problem.confirm")}</Button>
          <Button size="large" wide onPress={() => choose(undefined)}>{sayShared("back")}</Button>
        </div>
      )}
    </Dialog>
  );
}
