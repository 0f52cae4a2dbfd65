import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { words } from "./words.ts";

/** The shortest reason that somebody else can use. */
const leastReason = 3;

interface ReasonDialogProps {
  readonly title: string;
  readonly body: string;
  readonly verb: string;
  /** Its opposite, where "Cancel" could be mistaken for it. */
  readonly keep?: string;
  readonly isDangerous?: boolean;
  /** First member of the keys of what has to be asked again afterwards. */
  readonly changes: string;
  readonly act: (reason: string) => Promise<unknown>;
  readonly onClose: () => void;
  /** What else is asked, above the reason. */
  readonly children?: ReactNode;
}

/** Before an operator does something that others feel: says what will happen, to how many, and asks for the reason. */
export function ReasonDialog({ title, body, verb, isDangerous = false, changes, act, onClose, keep, children }: ReasonDialogProps) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const acting = useMutation({
    mutationFn: () => act(reason.trim()),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: [changes] });
    },
  });
  const isReady = reason.trim().length >= leastReason;
  return (
    <Dialog title={title} isOpen onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (isReady) acting.mutate();
        }}
      >
        <p>{body}</p>
        {children}
        <TextField
          label={say("reason")}
          hint={say("reason.least", { count: leastReason })}
          maxLength={200}
          value={reason}
          onChange={setReason}
        />
        {acting.isError && <Failed error={acting.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{keep ?? say("cancel")}</Button>
          <Button type="submit" look={isDangerous ? "danger" : "primary"} isPending={acting.isPending} isDisabled={!isReady}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
