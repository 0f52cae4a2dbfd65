import type { Station } from "@pigeonhole/network/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { network } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { words } from "./words.ts";

/** The shortest finding that somebody else can use. */
const leastFinding = 10;

/** A station that was tampered with: what that means, and the technician's finding that lets it serve again (A10.4). */
export function TamperPanel({ station }: { station: Station }) {
  const say = useSay(words);
  const session = useSession().data;
  const queries = useQueryClient();
  const [finding, setFinding] = useState("");
  const clear = useMutation({
    mutationFn: () =>
      ask(
        network.stations[":station"].moves.$post({
          param: { station: station.id },
          json: { to: "active", reason: say("reason"), inspection: finding.trim() },
        }),
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["station", `station:${station.id}`] }),
  });
  if (station.suspendedFor !== "tamper") return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (finding.trim().length >= leastFinding) clear.mutate();
  };
  return (
    <Notice kind="error" title={say("title")}>
      <div className="grid gap-3">
        <p>{say("body")}</p>
        {session?.role === "admin" ? (
          <form onSubmit={submit} className="grid max-w-2xl gap-3">
            <TextField label={say("finding")} hint={say("finding_hint")} value={finding} onChange={setFinding} maxLength={500} />
            {clear.isError && <Failed error={clear.error} />}
            <div>
              <Button type="submit" look="danger" isPending={clear.isPending} isDisabled={finding.trim().length < leastFinding}>
                {say("clear")}
              </Button>
            </div>
          </form>
        ) : (
          <p>{say("admin_only")}</p>
        )}
      </div>
    </Notice>
  );
}
