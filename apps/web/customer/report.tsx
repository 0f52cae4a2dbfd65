import type { Parcel } from "@pigeonhole/parcels/contract";
import { pickupProblems, type PickupProblem } from "@pigeonhole/access/phone/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { phone as access } from "../shell/api.ts";
import { words } from "./words-report.ts";

/** Offered for so long after a pick-up. Milliseconds. */
const offeredMs = 30 * 60_000;

/** Something is wrong at the door: one tap, and a number to call. */
export function Report({ parcel, phone }: { parcel: Parcel; phone: string | null }) {
  const say = useSay(words);
  const now = useNow(30_000);
  const queries = useQueryClient();
  const tell = useMutation({
    mutationFn: (reason: PickupProblem) =>
      ask(access.parcels[":parcel"].pickup.problem.$post({ param: { parcel: parcel.id }, json: { reason } })),
    onSuccess: () => queries.invalidateQueries(),
  });
  const isFresh = parcel.collectedAt !== null && now.getTime() - Date.parse(parcel.collectedAt) < offeredMs;
  if (parcel.state !== "stored" && parcel.state !== "missing" && !(parcel.state === "collected" && isFresh)) return null;
  const call = phone !== null && <p>{say("call", { phone })}</p>;
  if (tell.isSuccess || parcel.state === "missing")
    return (
      <Notice kind="info" title={say("told")} announce>
        {say("told_body")} {call}
      </Notice>
    );
  const reasons = parcel.state === "stored" ? pickupProblems : pickupProblems.filter((each) => each !== "will_not_open");
  return (
    <details className="card p-5">
      <summary className="cursor-pointer text-lead font-semibold">{say("title")}</summary>
      <div className="grid gap-2 pt-4">
        {tell.isError &&
          (codeOf(tell.error) === "visit_over" ? <Notice kind="warn" title={say("late")} announce /> : <Failed error={tell.error} />)}
        {reasons.map((reason) => (
          <Button key={reason} wide isDisabled={tell.isPending} onPress={() => tell.mutate(reason)}>
            {say(reason)}
          </Button>
        ))}
        {call}
      </div>
    </details>
  );
}
