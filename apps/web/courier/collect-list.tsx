import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { retrievals } from "../shell/api.ts";
import { LeaveDialog } from "./collect-leave.tsx";
import type { Retrieval, Stop } from "./progress.ts";
import { words } from "./words-collect.ts";

interface ListProps {
  readonly stop: Stop;
  /** The one whose door did not open: it may be left. */
  readonly refused: string | undefined;
  readonly isBusy: boolean;
  readonly onOpen: (retrieval: Retrieval) => void;
  readonly onChanged: () => void;
}

/** Everything that goes back from here: by door, what is still to do with a key of its own. */
export function CollectList({ stop, refused, isBusy, onOpen, onChanged }: ListProps) {
  const shown = stop.retrievals.filter(({ state }) => state !== "cancelled" && state !== "open");
  return (
    <ol className="grid gap-2">
      {shown
        .toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)) || a.compartment - b.compartment)
        .map((each) => (
          <Row key={each.id} retrieval={each} isRefused={each.id === refused} isBusy={isBusy} onOpen={onOpen} onChanged={onChanged} />
        ))}
    </ol>
  );
}
const isOver = ({ state }: Retrieval): boolean => state === "taken_out" || state === "missing";

function Row({
  retrieval,
  isRefused,
  isBusy,
  onOpen,
  onChanged,
}: Omit<ListProps, "stop" | "refused"> & { readonly retrieval: Retrieval; readonly isRefused: boolean }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const [isLeaving, setLeaving] = useState(false);
  const byHand = useMutation({
    mutationFn: () => ask(retrievals.retrievals[":id"]["taken-out"].$post({ param: { id: retrieval.id } })),
    onSuccess: onChanged,
  });
  const { compartment, number, reason, state } = retrieval;
  const isDone = isOver(retrieval);
  const isSilent = reason === "decommissioned" && !isDone;
  return (
    <li className="grid gap-3 rounded-medium border border-line bg-surface px-4 py-3">
      <div className="flex items-center gap-4">
        <span className="grid min-w-14 justify-items-center">
          <span className="text-small text-ink-soft">{sayShared("door", { number: "" }).trim()}</span>
          <span className="text-title leading-none font-bold">{compartment}</span>
        </span>
        <span className="grid min-w-0 flex-1">
          <span className="font-mono text-lead">{grouped(number)}</span>
          <span className="text-small text-ink-soft">
            {state === "taken_out" || state === "missing" ? say(`state.${state}`) : say(`reason.${reason}`)}
          </span>
        </span>
        {state === "taken_out" && (
          <span className="text-good">
            <CheckIcon size={26} />
          </span>
        )}
        {!isDone && !isSilent && (
          <Button isDisabled={isBusy} onPress={() => onOpen(retrieval)}>
            {say("one", { door: compartment })}
          </Button>
        )}
      </div>
      {isSilent && (
        <>
          <p className="text-small">{say("by_hand_why")}</p>
          {byHand.isError && <Failed error={byHand.error} />}
          <Button wide isPending={byHand.isPending} onPress={() => byHand.mutate()}>
            {say("by_hand")}
          </Button>
        </>
      )}
      {isRefused && !isDone && (
        <Button wide onPress={() => setLeaving(true)}>
          {say("stays")}
        </Button>
      )}
      <LeaveDialog retrieval={retrieval} isOpen={isLeaving} onClose={() => setLeaving(false)} onDone={onChanged} />
    </li>
  );
}
