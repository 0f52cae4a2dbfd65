import type { MessageState } from "@pigeonhole/notifications/contract";
import { ask } from "@pigeonhole/ui/ask";
import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { notifications } from "../../shell/api.ts";
import { words as named } from "../../shell/message-words.ts";
import { toldQuery } from "./queries.ts";
import { words } from "./words.ts";

/** Tells the server that the page of the parcel was opened: what has been seen is not followed up. Of no weight when it fails. */
function useSeen(parcel: string): void {
  useEffect(() => {
    const given = new URLSearchParams(location.search).get("m") ?? "";
    const message = /^[0-9a-f-]{36}$/.test(given) ? given : null;
    ask(notifications.parcels[":parcel"].seen.$post({ param: { parcel }, json: { message } })).catch(() => undefined);
  }, [parcel]);
}

/** States that are not of the reader's concern: nothing has left. */
const unsent: readonly MessageState[] = ["stands_by", "void"];

/** How the reader was told about this parcel, and what did not reach them. */
export function ToldAbout({ parcel, timeZone }: { parcel: string; timeZone: string | undefined }) {
  useSeen(parcel);
  const say = useSay(words);
  const sayNamed = useSay(named);
  const formats = useFormats(timeZone);
  const now = useNow(60_000);
  const told = useQuery({ ...toldQuery(parcel), retry: false }).data;
  // Of no weight beside the code: where it cannot be asked nothing is shown.
  if (told === undefined) return null;
  const shown = told.filter(({ state }) => !unsent.includes(state));
  const back = shown.find(({ state }) => state === "bounced");
  return (
    <section className="grid gap-3">
      {back && (
        <Notice kind="warn" title={say("told.bounced")}>
          {say("told.bounced_body", { channel: sayNamed(`channel.${back.channel}`) })}
        </Notice>
      )}
      <details className="group">
        <summary className="min-h-11 cursor-pointer py-2 text-title">{say("told")}</summary>
        <div className="grid gap-3 pt-2">
          {shown.length === 0 && <p className="text-ink-soft">{say("told.none")}</p>}
          <ul className="grid gap-2">
            {shown.map(({ id, template, channel, state, createdAt, sentAt, deliveredAt, acknowledgedAt }) => {
              const at = acknowledgedAt ?? deliveredAt ?? sentAt ?? createdAt;
              return (
                <li key={id} className="flex flex-wrap justify-between gap-x-4 text-small">
                  <span className="first-letter:uppercase">
                    {say("told.line", {
                      what: sayNamed(`msg.${template}`),
                      channel: sayNamed(`channel.${channel}`),
                      state: sayNamed(`state.${state}`),
                    })}
                  </span>
                  <time dateTime={at} className="text-ink-soft">
                    {formats.moment(at, now)}
                  </time>
                </li>
              );
            })}
          </ul>
          <Link to="/messages" className="inline-flex min-h-11 items-center justify-self-start text-accent underline underline-offset-4">
            {say("choose")}
          </Link>
        </div>
      </details>
    </section>
  );
}
