import { codeOf } from "@pigeonhole/ui/ask";
import { CodeDisplay } from "@pigeonhole/ui/code-display.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dropOffQuery } from "./queries.ts";
import { words } from "./words.ts";

/** A code that is not ready yet is asked for again. Milliseconds. */
const againMs = 1_000;

/** The one big thing: what opens the empty compartment. Nothing has to be printed. */
export function DropOffCode({ id }: { id: string }) {
  const say = useSay(words);
  const [isCarrying, setCarrying] = useState(false);
  const shown = useQuery({
    ...dropOffQuery(id),
    refetchInterval: (query) => (codeOf(query.state.error) === "not_ready" ? againMs : false),
  });
  if (codeOf(shown.error) === "not_ready")
    return (
      <Notice kind="info" title={say("page.code_wait")}>
        {say("page.code_wait_body")}
      </Notice>
    );
  if (shown.isPending) return <Spinner onRetry={() => void shown.refetch()} />;
  if (!shown.data) return codeOf(shown.error) === "over" ? null : <Failed error={shown.error} onRetry={() => void shown.refetch()} />;
  const { code, qr, carried } = shown.data.value;
  return (
    <section aria-labelledby="drop-off-code" className="card grid justify-items-center gap-5 p-5 sm:p-8">
      <h2 id="drop-off-code" className="text-lead text-ink-soft">
        {say("page.code")}
      </h2>
      <div aria-live="polite" className="w-full">
        <CodeDisplay code={code} label={say("page.code")} />
      </div>
      {/* One square at a time: a scanner reads whichever it sees first. */}
      {!isCarrying && <QrCode text={qr} label={say("page.qr")} size={232} />}
      <p className="max-w-sm text-center text-ink-soft">{say("page.code_how")}</p>
      {carried !== null && (
        <details
          className="w-full rounded-medium border border-line p-3"
          open={isCarrying}
          onToggle={({ currentTarget }) => setCarrying(currentTarget.open)}
        >
          <summary className="min-h-11 cursor-pointer content-center font-semibold">{say("page.carry")}</summary>
          <div className="grid justify-items-center gap-3 pt-3">
            <p className="max-w-sm text-center text-ink-soft">{say("page.carry_how")}</p>
            <QrCode text={carried} label={say("page.carry_qr")} size={264} />
          </div>
        </details>
      )}
    </section>
  );
}
