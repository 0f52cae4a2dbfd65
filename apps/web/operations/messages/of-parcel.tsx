import type { MessageState } from "@pigeonhole/notifications/contract";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { words as named } from "../../shell/message-words.ts";
import { messagesQuery } from "../queries.ts";
import { words } from "./words.ts";

const marks: Readonly<Record<MessageState, string>> = {
  stands_by: "text-ink-soft",
  waiting: "text-ink-soft",
  sent: "text-ink",
  delivered: "text-good",
  acknowledged: "text-good",
  void: "text-ink-soft",
  bounced: "text-bad",
  failed: "text-bad",
};

/** Who was told what about a parcel, by which channel, and what came of it (A5.4). */
export function MessagesOfParcel({ parcel, timeZone, now }: { parcel: string; timeZone: string | undefined; now: Date }) {
  const say = useSay(words);
  const sayNamed = useSay(named);
  const formats = useFormats(timeZone);
  const list = useQuery(messagesQuery(parcel));
  return (
    <section className="card grid gap-4 p-4 lg:p-5">
      <h2 className="text-title">{say("messages")}</h2>
      {list.isPending ? (
        <Spinner />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Notice kind="empty" title={say("none")} />
      ) : (
        <ul className="grid">
          {list.data.map((message) => (
            <li key={message.id} className="grid gap-0.5 border-b border-line py-2 last:border-0">
              <span className="flex flex-wrap justify-between gap-x-3">
                <b className="font-semibold first-letter:uppercase">{sayNamed(`msg.${message.template}`)}</b>
                <time dateTime={message.createdAt} className="text-small text-ink-soft">
                  {formats.moment(message.createdAt, now)}
                </time>
              </span>
              <span className="flex flex-wrap justify-between gap-x-3 text-small">
                <span>
                  {sayNamed(`channel.${message.channel}`)},{" "}
                  <b className={`font-semibold ${marks[message.state]}`}>{sayNamed(`state.${message.state}`)}</b>
                </span>
                <span className="text-ink-soft">{say("attempts", { count: message.attempts })}</span>
              </span>
              {message.error !== null && <span className="text-small text-bad wrap-anywhere">{message.error}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
