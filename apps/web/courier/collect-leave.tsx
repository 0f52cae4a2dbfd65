import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { leaveReasons, type RetrievalProblem } from "@pigeonhole/couriers/retrievals/contract";
import { useMutation } from "@tanstack/react-query";
import { retrievals } from "../shell/api.ts";
import type { Retrieval } from "./progress.ts";
import { words as collectWords } from "./words-collect.ts";
import { words } from "./words.ts";

interface DialogProps {
  readonly retrieval: Retrieval;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Why a parcel stays in its compartment: it is the carrier's to plan again. */
export function LeaveDialog({ retrieval, isOpen, onClose, onDone }: DialogProps) {
  const say = useSay(collectWords);
  const sayShared = useSay(shared);
  const leave = useMutation({
    mutationFn: (reason: Exclude<RetrievalProblem, "no_word">) =>
      ask(retrievals.retrievals[":id"].leave.$post({ param: { id: retrieval.id }, json: { reason } })),
    onSuccess: onDone,
  });
  return (
    <Dialog title={say("stays_title")} isOpen={isOpen} onClose={onClose}>
      <div className="grid gap-3">
        <p className="text-lead">{say("stays_body")}</p>
        <Trouble error={leave.error} />
        {leaveReasons.map((reason) => (
          <Button
            key={reason}
            size="large"
            wide
            isDisabled={leave.isPending}
            isPending={leave.isPending && leave.variables === reason}
            onPress={() => leave.mutate(reason)}
          >
            {say(`leave.${reason}`)}
          </Button>
        ))}
        <Button look="quiet" wide onPress={onClose}>
          {sayShared("back")}
        </Button>
      </div>
    </Dialog>
  );
}

/** The door was opened, and nothing was behind it: somebody has to look. */
export function NotThereDialog({ retrieval, isOpen, onClose, onDone }: DialogProps) {
  const say = useSay(collectWords);
  const sayShared = useSay(shared);
  const notThere = useMutation({
    mutationFn: () => ask(retrievals.retrievals[":id"]["not-there"].$post({ param: { id: retrieval.id } })),
    onSuccess: onDone,
  });
  return (
    <Dialog title={say("not_there_title", { door: retrieval.compartment })} isOpen={isOpen} onClose={onClose}>
      <div className="grid gap-3">
        <p className="text-lead">{say("not_there_body")}</p>
        <Trouble error={notThere.error} />
        <Button look="danger" size="large" wide isPending={notThere.isPending} onPress={() => notThere.mutate()}>
          {say("not_there")}
        </Button>
        <Button size="large" wide onPress={onClose}>
          {sayShared("back")}
        </Button>
      </div>
    </Dialog>
  );
}

/** What keeps a word from being recorded. */
export function Trouble({ error }: { readonly error: unknown }) {
  const say = useSay(words);
  if (error === null || error === undefined) return null;
  return codeOf(error) === "door_open" ? <Notice kind="warn" title={say("door.still_open")} announce /> : <Failed error={error} />;
}
