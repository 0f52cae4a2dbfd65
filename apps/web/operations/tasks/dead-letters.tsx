import type { DeadLetter } from "@pigeonhole/deadletters/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deadLetters } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { To } from "../../shell/to.tsx";
import { parcelAt, stationAt } from "../addresses.ts";
import { deadLettersQuery } from "../queries.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { Section } from "./section.tsx";
import { words } from "./words.ts";

type Says = ReturnType<typeof useSay<(typeof words)["en"]>>;

/** Facts that a module could not apply: what does not go on meanwhile, why, and the way to try again (A3.2). */
export function DeadLetters() {
  const say = useSay(words);
  const role = useSession().data?.role;
  const maySee = role === "support" || role === "admin";
  const list = useQuery({ ...deadLettersQuery, enabled: maySee });
  const [asked, ask] = useState<Wish>();
  const parked = list.data;
  const consumers = [...new Set(parked?.letters.filter(({ state }) => state === "dead").map(({ consumer }) => consumer))];
  if (!maySee)
    return (
      <section id="dead-letters" className="card grid gap-1 p-4 lg:p-5">
        <h2 className="text-title">{say("letters.title")}</h2>
        <p className="text-ink-soft">{say("letters.support_only")}</p>
      </section>
    );
  return (
    <Section
      id="dead-letters"
      list={{ ...list, data: parked?.letters }}
      none={say("letters.none")}
      title={say("letters", { count: parked?.dead ?? 0 })}
    >
      {(letters) => (
        <>
          <p className="text-ink-soft">
            {say("letters.about")}
            {parked!.waiting > 0 && <> {say("letters.waiting", { count: parked!.waiting })}</>}
          </p>
          <ul className="grid gap-3">
            {letters.map((letter) => (
              <Letter
                key={`${letter.consumer} ${letter.seq}`}
                letter={letter}
                onReplay={role === "admin" ? () => ask(letter) : undefined}
              />
            ))}
          </ul>
          {role === "admin" ? (
            <div className="flex flex-wrap gap-3">
              {consumers.map((consumer) => (
                <Button key={consumer} onPress={() => ask({ consumer, seq: null })}>
                  {say("letters.replay_all", { consumer })}
                </Button>
              ))}
            </div>
          ) : (
            <p className="text-small text-ink-soft">{say("letters.admin_only")}</p>
          )}
          {asked && <Replay wish={asked} onClose={() => ask(undefined)} />}
        </>
      )}
    </Section>
  );
}

interface Wish {
  readonly consumer: string;
  readonly seq: number | null;
}

function Letter({ letter, onReplay }: { letter: DeadLetter; onReplay: (() => void) | undefined }) {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  return (
    <li className="grid gap-2 border-t border-line pt-3 first:border-0 first:pt-0">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <span className="grid min-w-0 flex-1 basis-72 gap-0.5">
          <b>{meaning(letter.consumer, say)}</b>
          <span className="text-small">
            {say("letters.fact", { type: letter.type, seq: letter.seq })}, <About aggregate={letter.aggregate} />
          </span>
          <span className="text-small text-ink-soft">
            <time dateTime={letter.occurredAt}>{formats.relative(letter.occurredAt, now)}</time>,{" "}
            {letter.nextAt === null
              ? say("letters.dead", { count: letter.attempts })
              : say("letters.retrying", { count: letter.attempts, when: formats.relative(letter.nextAt, now) })}
            {letter.waiting > 0 && <>, {say("letters.behind", { count: letter.waiting })}</>}
          </span>
          {letter.error !== null && <span className="text-small text-bad wrap-anywhere">{letter.error}</span>}
        </span>
        {onReplay && (
          <Button size="small" onPress={onReplay}>
            {say("letters.replay")}
          </Button>
        )}
      </div>
      <details className="text-small">
        <summary className="cursor-pointer text-ink-soft">{say("letters.payload")}</summary>
        <pre className="mt-2 overflow-x-auto rounded-medium bg-sunken p-3">{JSON.stringify(letter.payload, null, 2)}</pre>
      </details>
    </li>
  );
}

/** What the fact is about, with a way there when it has a page. */
function About({ aggregate }: { aggregate: string }) {
  const [kind, id = ""] = aggregate.split(":");
  const href = kind === "parcel" ? parcelAt(id) : kind === "station" ? stationAt(id) : undefined;
  if (href === undefined) return <span className="font-mono wrap-anywhere">{aggregate}</span>;
  return (
    <To href={href} className="text-accent underline underline-offset-4">
      {kind} {id.slice(-8)}
    </To>
  );
}

const explained = ["reservations", "parcels", "access", "devices", "couriers", "notifications", "custody", "audit"] as const;
/** What does not happen while it lies there; of a module without words of its own, its name. */
function meaning(consumer: string, say: Says): string {
  const known = explained.find((each) => each === consumer);
  return known ? say(`stuck.${known}`) : say("stuck.other", { consumer });
}

function Replay({ wish: { consumer, seq }, onClose }: { wish: Wish; onClose: () => void }) {
  const say = useSay(words);
  return (
    <ReasonDialog
      changes="dead-letters"
      title={seq === null ? say("letters.replay_all", { consumer }) : say("replay.title", { seq })}
      body={say("replay.body")}
      verb={say("letters.replay")}
      act={(reason) =>
        seq === null
          ? ask(deadLetters["dead-letters"][":consumer"].replay.$post({ param: { consumer }, json: { reason } }))
          : ask(deadLetters["dead-letters"][":consumer"][":seq"].replay.$post({ param: { consumer, seq: String(seq) }, json: { reason } }))
      }
      onClose={onClose}
    />
  );
}
