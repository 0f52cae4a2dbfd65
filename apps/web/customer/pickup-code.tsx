import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { CodeDisplay } from "@pigeonhole/ui/code-display.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { access } from "../shell/api.ts";
import { BeforeItOpens } from "./before-it-opens.tsx";
import { pickupQuery } from "./queries.ts";
import { Together } from "./together.tsx";
import { words } from "./words-parcel.ts";

/** A code that is not ready yet is asked for again. Milliseconds. */
const againMs = 2_000;

/** The one big thing: the code and its QR; below, a new one for whoever needs it. */
export function PickupCode({ parcel }: { parcel: string }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [isAsking, askFirst] = useState(false);
  const [isCarrying, setCarrying] = useState(false);
  const pickup = useQuery({
    ...pickupQuery(parcel),
    refetchInterval: (query) => (codeOf(query.state.error) === "not_ready" ? againMs : false),
  });
  const renew = useMutation({
    mutationFn: () => ask(access.parcels[":parcel"].pickup.reissue.$post({ param: { parcel } })),
    onSuccess: () => queries.refetchQueries({ queryKey: pickupQuery(parcel).queryKey }),
    onSettled: () => askFirst(false),
  });
  if (pickup.isPending) return <Spinner onRetry={() => void pickup.refetch()} />;
  if (codeOf(pickup.error) === "not_ready")
    return (
      <Notice kind="info" title={say("parcel.code_making")}>
        {say("parcel.code_making_body")}
      </Notice>
    );
  if (!pickup.data) return <Failed error={pickup.error} onRetry={() => void pickup.refetch()} />;
  // What this device kept of an earlier release knows nothing of company, nor of what is missing.
  const { code, qr, carried, together = [], missing = [] } = pickup.data.value;
  return (
    <section aria-labelledby="your-code" className="card grid justify-items-center gap-5 p-5 sm:p-8">
      <h2 id="your-code" className="text-lead text-ink-soft">
        {say("parcel.code")}
      </h2>
      <div aria-live="polite" className="w-full">
        <CodeDisplay code={code} label={say("parcel.code")} />
      </div>
      {/* With a network the page itself says it, above. */}
      {pickup.data.keptAt !== null && <BeforeItOpens missing={missing} />}
      {/* One square at a time: a scanner reads whichever it sees first. */}
      {!isCarrying && <QrCode text={qr} label={say("parcel.qr")} size={232} />}
      <p className="max-w-sm text-center text-ink-soft">{say("parcel.code_how")}</p>
      {together.length > 0 && <Together parcels={together} />}
      {carried !== null && (
        <details
          className="w-full rounded-medium border border-line p-3"
          open={isCarrying}
          onToggle={({ currentTarget }) => setCarrying(currentTarget.open)}
        >
          <summary className="min-h-11 cursor-pointer content-center font-semibold">{say("parcel.carry")}</summary>
          <div className="grid justify-items-center gap-3 pt-3">
            <p className="max-w-sm text-center text-ink-soft">{say("parcel.carry_how")}</p>
            <QrCode text={carried} label={say("parcel.carry_qr")} size={264} />
          </div>
        </details>
      )}
      {renew.isSuccess && <Notice kind="good" title={say("parcel.new_code_done")} announce />}
      {renew.isError &&
        (codeOf(renew.error) === "reissued_too_often" ? (
          <Notice kind="warn" title={say("parcel.new_code_often")} announce>
            {say("parcel.new_code_often_body")}
          </Notice>
        ) : (
          <Failed error={renew.error} />
        ))}
      {pickup.data.keptAt === null && (
        <Button size="small" onPress={() => askFirst(true)}>
          {say("parcel.new_code")}
        </Button>
      )}
      <Dialog title={say("parcel.new_code_title")} isOpen={isAsking} onClose={() => askFirst(false)}>
        <p>{say("parcel.new_code_body")}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={() => askFirst(false)}>{say("parcel.new_code_no")}</Button>
          <Button look="primary" isPending={renew.isPending} onPress={() => renew.mutate()}>
            {say("parcel.new_code_yes")}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}
