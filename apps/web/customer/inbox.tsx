import { ask, codeOf } from "@pigeonhole/ui/ask";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { MailIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { notifications } from "../shell/api.ts";
import { Missing } from "./missing.tsx";
import { words } from "./words-inbox.ts";

/** New messages are looked for so often. Milliseconds. */
const everyMs = 2_000;

/** Every message of the demonstration, as mail, text message and push would show it. Does not exist outside a demonstration. */
export function InboxPage() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(30_000);
  // The town has one zone, and whoever looks at it has another, perhaps.
  const zone = zoneName(formats.locale, now);
  const [to, setTo] = useState("");
  const wanted = to.trim();
  const inbox = useQuery({
    queryKey: ["inbox", wanted],
    queryFn: () => ask(notifications.inbox.$get({ query: { limit: 50, ...(wanted === "" ? {} : { to: wanted }) } })),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });
  if (inbox.isPending) return <Spinner />;
  if (codeOf(inbox.error) === "not_found") return <Missing />;
  if (!inbox.data)
    return (
      <div className="page py-8">
        <Failed heading error={inbox.error} onRetry={() => void inbox.refetch()} />
      </div>
    );
  const { messages } = inbox.data;
  return (
    <div className="page grid grid-cols-[minmax(0,1fr)] gap-5 py-6">
      <header className="grid gap-1">
        <h1 className="text-display">{say("inbox.title")}</h1>
        <p className="text-ink-soft">{say("inbox.about")}</p>
      </header>
      <TextField label={say("inbox.to")} value={to} onChange={setTo} autoComplete="off" type="search" start={<MailIcon />} />
      {messages.length === 0 && (
        <Notice kind="empty" title={say("inbox.none")}>
          {say("inbox.none_body")}
        </Notice>
      )}
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-3" aria-live="polite">
        {messages.map((message) => (
          <li key={message.id}>
            <article className="card grid grid-cols-[minmax(0,1fr)] gap-2 p-4">
              <header className="flex flex-wrap items-baseline justify-between gap-x-4 text-small text-ink-soft">
                <span>
                  <span className="rounded-small bg-sunken px-2 py-0.5 font-medium text-ink">{say(`channel.${message.channel}`)}</span>{" "}
                  {say("inbox.for", { to: message.to })}
                </span>
                <time dateTime={message.createdAt}>
                  {formats.moment(message.createdAt, now)} {zone}
                </time>
              </header>
              {message.subject !== null && <h2 className="text-lead">{message.subject}</h2>}
              <p className="leading-relaxed break-words whitespace-pre-wrap">
                <Linked text={message.text} />
              </p>
              {message.qr !== null && <QrCode text={message.qr} label={say("inbox.qr")} size={200} />}
            </article>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the clock of this device is called there and then: "EET", "GMT+2". */
const zoneName = (locale: string, at: Date): string =>
  new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";

const address = /(https?:\/\/[^\s<>"]+)/g;

/** Addresses in plain text become links; nothing else of a message is interpreted. */
const Linked = ({ text }: { text: string }) =>
  text.split(address).map((part, at) =>
    at % 2 === 1 ? (
      <a key={at} href={part} className="text-accent underline underline-offset-4">
        {part}
      </a>
    ) : (
      part
    ),
  );
