import type { LegalHold } from "@pigeonhole/privacy/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { privacy } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { words } from "./words.ts";

const holdsQuery = queryOptions({ queryKey: ["holds"], queryFn: async () => (await ask(privacy["legal-holds"].$get())).holds });
const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
const leastReason = 3;

/** What must be kept whatever its time, by whose word and why; administrators place and release. */
export function Holds() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(60_000);
  const query = useQuery(holdsQuery);
  const mayChange = useSession().data?.role === "admin";
  const [isPlacing, setPlacing] = useState(false);
  const [releasing, setReleasing] = useState<LegalHold | null>(null);
  const what = ({ parcel }: LegalHold): string => (parcel === null ? say("hold.person") : say("hold.parcel", { parcel }));
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-title">{say("holds")}</h2>
        {mayChange && <Button onPress={() => setPlacing(true)}>{say("place")}</Button>}
      </div>
      <p className="text-small text-ink-soft">{say("holds.about")}</p>
      {query.isPending ? (
        <Spinner />
      ) : query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.length === 0 ? (
        <Notice kind="empty" title={say("holds.none")}>
          {say("holds.none_body")}
        </Notice>
      ) : (
        <ul className="grid divide-y divide-line">
          {query.data.map((hold) => (
            <li key={hold.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
              <div className="grid min-w-0 gap-0.5">
                <p className="font-semibold break-words">{what(hold)}</p>
                <p className="break-words">{hold.reason}</p>
                <p className="text-small break-words text-ink-soft">
                  {say("hold.since", { when: formats.moment(hold.placedAt, now), who: hold.placedBy })}
                  {hold.releasedAt && ` · ${say("hold.released", { when: formats.moment(hold.releasedAt, now) })}`}
                </p>
              </div>
              {mayChange && hold.releasedAt === null && (
                <Button size="small" aria-label={say("release.label", { what: what(hold) })} onPress={() => setReleasing(hold)}>
                  {say("release")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isPlacing && <Place onClose={() => setPlacing(false)} />}
      {releasing && (
        <ReasonDialog
          title={say("release.title")}
          body={say("release.body")}
          verb={say("release")}
          isDangerous
          changes="holds"
          act={(reason) => ask(privacy["legal-holds"][":hold"].release.$post({ param: { hold: releasing.id }, json: { reason } }))}
          onClose={() => setReleasing(null)}
        />
      )}
    </section>
  );
}

function Place({ onClose }: { onClose: () => void }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [text, type] = useState("");
  const [reason, setReason] = useState("");
  const place = useMutation({
    mutationFn: () => {
      const [what, why] = [text.trim(), reason.trim()];
      return ask(
        privacy["legal-holds"].$post({ json: isId(what) ? { parcel: what.toLowerCase(), reason: why } : { email: what, reason: why } }),
      );
    },
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: holdsQuery.queryKey });
    },
  });
  const code = codeOf(place.error);
  const wrong = code === "nobody" ? say("place.nobody") : code === "malformed" ? say("place.what_wrong") : undefined;
  const isReady = text.trim() !== "" && reason.trim().length >= leastReason;
  return (
    <Dialog title={say("place.title")} isOpen onClose={onClose}>
      <form
        className="grid gap-4"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (isReady) place.mutate();
        }}
      >
        <TextField
          label={say("place.what")}
          hint={say("place.what_hint")}
          autoCapitalize="none"
          autoCorrect="off"
          autoComplete="off"
          value={text}
          onChange={type}
          error={wrong}
          autoFocus
        />
        <TextField label={say("reason")} hint={say("reason.hint")} maxLength={300} value={reason} onChange={setReason} />
        {place.isError && wrong === undefined && <Failed error={place.error} />}
        <div className="flex flex-wrap justify-end gap-3">
          <Button onPress={onClose}>{say("cancel")}</Button>
          <Button type="submit" look="primary" isPending={place.isPending} isDisabled={!isReady}>
            {say("place")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
