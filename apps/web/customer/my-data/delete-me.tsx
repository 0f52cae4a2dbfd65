import type { Erasure, MyData } from "@pigeonhole/privacy/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { privacy } from "../../shell/api.ts";
import { forgetKept } from "../../shell/kept.ts";
import { sessionQuery } from "../../shell/session.ts";
import { endTelling } from "../push.ts";
import { words } from "./words.ts";

interface Props {
  readonly data: MyData;
  readonly onChanged: () => void;
  readonly onGone: () => void;
}

/** What will happen, what has to end first, and the way back while there is one. */
export function DeleteMe({ data, onChanged, onGone }: Props) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [isSure, setSure] = useState(false);
  const erase = useMutation({
    mutationFn: (atOnce: boolean) => ask(privacy.my.data.erasure.$post({ json: { atOnce } })),
    onSuccess: (_erasure, atOnce) => {
      if (!atOnce) return onChanged();
      forgetKept();
      void endTelling();
      queries.clear();
      queries.setQueryData(sessionQuery.queryKey, null);
      onGone();
    },
  });
  if (data.erasure) return <Pending erasure={data.erasure} onChanged={onChanged} />;
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("delete.title")}</h2>
      <p className="max-w-prose">{say("delete.body")}</p>
      {data.underWay.length > 0 ? (
        <Notice kind="info" title={say("delete.blocked")}>
          <span className="grid gap-2">
            {say("delete.blocked_body")}
            {data.underWay.map(({ parcel, number }) => (
              <Link
                key={parcel}
                to="/parcels/$parcel"
                params={{ parcel }}
                className="inline-flex min-h-11 items-center justify-self-start text-accent underline underline-offset-4"
              >
                {say("delete.parcel", { number: grouped(number) })}
              </Link>
            ))}
          </span>
        </Notice>
      ) : (
        <>
          <p>{say("delete.undo")}</p>
          {erase.isError && !isSure && <Failed error={erase.error} />}
          <div className="flex flex-wrap gap-3">
            <Button look="danger" isPending={erase.isPending && !isSure} onPress={() => erase.mutate(false)}>
              {say("delete.verb")}
            </Button>
            <Button onPress={() => setSure(true)}>{say("delete.now")}</Button>
          </div>
        </>
      )}
      <Dialog title={say("delete.now_title")} isOpen={isSure} onClose={() => setSure(false)}>
        <div className="grid gap-4">
          <p>{say("delete.now_body")}</p>
          {erase.isError && <Failed error={erase.error} />}
          <Button look="danger" wide isPending={erase.isPending} onPress={() => erase.mutate(true)}>
            {say("delete.now")}
          </Button>
          <Button wide onPress={() => setSure(false)}>
            {say("delete.cancel")}
          </Button>
        </div>
      </Dialog>
    </section>
  );
}

function Pending({ erasure, onChanged }: { erasure: Erasure; onChanged: () => void }) {
  const say = useSay(words);
  const formats = useFormats();
  const keep = useMutation({ mutationFn: () => ask(privacy.my.data.erasure.$delete()), onSettled: onChanged });
  return (
    <section className="grid gap-3">
      <Notice
        kind="warn"
        title={say("pending.title", { time: formats.time(erasure.dueAt) })}
        actions={
          <Button isPending={keep.isPending} onPress={() => keep.mutate()}>
            {say("pending.undo")}
          </Button>
        }
      >
        {say(
          erasure.waitsFor === "parcel"
            ? "pending.waits_parcel"
            : erasure.waitsFor === "legal_hold"
              ? "pending.waits_hold"
              : "pending.body",
        )}
      </Notice>
      {keep.isError && <Failed error={keep.error} />}
    </section>
  );
}
