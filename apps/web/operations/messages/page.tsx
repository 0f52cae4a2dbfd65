import type { ChannelHealth, CollectedShare } from "@pigeonhole/notifications/health/contract";
import { ask } from "@pigeonhole/ui/ask";
import { useNow } from "@pigeonhole/ui/clock";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { CheckIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import type { z } from "zod";
import { messageHealth } from "../../shell/api.ts";
import { words as named } from "../../shell/message-words.ts";
import { Facts } from "../facts.tsx";
import { words } from "./words.ts";

/** Asked again by itself: providers send no hints. Milliseconds. */
const everyMs = 15_000;
/** Of so few parcels a share says nothing. */
const fewParcels = 30;

/** How the providers of messages do, what waits for them, what failed, and what each way is worth. */
export function MessagesPage() {
  const say = useSay(words);
  const health = useQuery({
    queryKey: ["message-health"],
    queryFn: () => ask(messageHealth["message-health"].$get({ query: {} })),
    refetchInterval: everyMs,
  });
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <h1 className="text-display">{say("messages")}</h1>
      {health.isPending ? (
        <Spinner onRetry={() => void health.refetch()} />
      ) : !health.data ? (
        <Failed error={health.error} onRetry={() => void health.refetch()} />
      ) : (
        <>
          <div className="grid items-start gap-5 lg:grid-cols-3">
            {health.data.channels.map((channel) => (
              <Channel key={channel.channel} {...channel} />
            ))}
          </div>
          <Collected shares={health.data.collected} />
        </>
      )}
    </div>
  );
}

function Channel(it: z.output<typeof ChannelHealth>) {
  const say = useSay(words);
  const sayNamed = useSay(named);
  const formats = useFormats();
  const now = useNow(10_000);
  return (
    <section className="card grid gap-4 p-4 lg:p-5">
      <h2 className="text-title first-letter:uppercase">{sayNamed(`channel.${it.channel}`)}</h2>
      <p
        className={`flex items-start gap-2 font-semibold ${it.state === "away" ? "text-bad" : it.state === "well" ? "text-good" : "text-ink-soft"}`}
      >
        {it.state === "away" ? <WarningIcon /> : it.state === "well" && <CheckIcon />}
        {it.state === "away" && it.since !== null ? say("away_since", { time: formats.moment(it.since, now) }) : say(it.state)}
      </p>
      {it.state === "away" && it.error !== null && <p className="text-small text-bad wrap-anywhere">{it.error}</p>}
      <Facts
        facts={[
          [
            say("queue"),
            it.oldestWaitingAt === null
              ? say("queue.none")
              : say("queue.some", { count: it.waiting, time: formats.relative(it.oldestWaitingAt, now) }),
          ],
          [say("last_answer"), it.lastAnswerAt === null ? say("never") : formats.relative(it.lastAnswerAt, now)],
        ]}
      />
      <h3 className="font-semibold">{say("day")}</h3>
      {it.states.length === 0 ? (
        <p className="text-ink-soft">{say("none_today")}</p>
      ) : (
        <Facts facts={it.states.map(({ state, count }) => [sayNamed(`state.${state}`), formats.number(count)])} />
      )}
      {it.failures.length > 0 && (
        <>
          <h3 className="font-semibold">{say("failures")}</h3>
          <ul className="grid gap-1 text-small">
            {it.failures.map(({ error, count }) => (
              <li key={error} className="flex justify-between gap-3">
                <span className="wrap-anywhere">{error}</span>
                <span>{formats.number(count)}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** A5.5: whether more ways make parcels leave sooner. */
function Collected({ shares }: { shares: readonly z.output<typeof CollectedShare>[] }) {
  const say = useSay(words);
  const sayNamed = useSay(named);
  const formats = useFormats();
  const percent = (share: number): string => new Intl.NumberFormat(formats.locale, { style: "percent" }).format(share);
  return (
    <section className="card grid gap-4 p-4 lg:p-5">
      <h2 className="text-title">{say("collected")}</h2>
      <p className="text-ink-soft">{say("collected.about")}</p>
      {shares.length === 0 ? (
        <Notice kind="empty" title={say("collected.none")} />
      ) : (
        <ul className="grid gap-3">
          {shares.map(({ channels, parcels, withinADay }) => (
            <li key={channels.join()} className="grid gap-1">
              <span className="flex flex-wrap justify-between gap-x-4">
                <b className="font-semibold first-letter:uppercase">
                  {channels.map((channel) => sayNamed(`channel.${channel}`)).join(" + ")}
                </b>
                <span>
                  {percent(withinADay / parcels)}{" "}
                  <span className="text-ink-soft">
                    {say("collected.of", { count: parcels })}
                    {parcels < fewParcels && `, ${say("collected.few")}`}
                  </span>
                </span>
              </span>
              <span aria-hidden className="h-2 overflow-hidden rounded-small bg-sunken">
                <span className="block h-full bg-accent" style={{ width: percent(withinADay / parcels) }} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
