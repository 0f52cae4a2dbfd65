import type { Look } from "@pigeonhole/devices/diagnostics/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { looks } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { Facts } from "../facts.tsx";
import { checkText, detailText } from "./check-words.ts";
import { lookQuery } from "./queries.ts";
import { words } from "./words.ts";

/** The shortest reason that somebody else can use. */
const leastReason = 3;

/** A look inside the station: begun with a reason, shown as it comes, stopped. */
export function DiagnosisPanel({ station, timeZone, now }: { station: string; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const session = useSession().data;
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const mayLook = session?.role === "admin" || session?.role === "support";
  const look = useQuery({ ...lookQuery(station), enabled: mayLook });
  const refresh = () => queries.invalidateQueries({ queryKey: ["look", `station:${station}`] });
  const param = { param: { station } };
  const begin = useMutation({
    mutationFn: () => ask(looks.stations[":station"].diagnosis.$post({ ...param, json: { reason: reason.trim() } })),
    onSuccess: () => {
      setReason("");
      return refresh();
    },
  });
  const end = useMutation({ mutationFn: () => ask(looks.stations[":station"].diagnosis.$delete(param)), onSuccess: refresh });
  if (!mayLook) return null;
  const isOpen = look.data != null && look.data.endedAt === null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length >= leastReason) begin.mutate();
  };
  return (
    <section className="card grid min-w-0 gap-4 p-4 lg:p-5">
      <div>
        <h2 className="text-title">{say("title")}</h2>
        <p className="text-small text-ink-soft">{say("hint")}</p>
      </div>
      {look.isError && <Failed error={look.error} onRetry={() => void look.refetch()} />}
      {isOpen ? (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p aria-live="polite">
            <b>{say(look.data!.connectedAt === null ? "waiting" : "open")}</b>{" "}
            <span className="text-ink-soft">{say("left", { left: formats.left(look.data!.until, now) })}</span>
          </p>
          <Button look="danger" isPending={end.isPending} onPress={() => end.mutate()}>
            {say("stop")}
          </Button>
        </div>
      ) : (
        <form onSubmit={submit} className="flex flex-wrap items-end gap-3">
          <TextField label={say("reason")} hint={say("reason_hint")} value={reason} onChange={setReason} maxLength={200} />
          <Button type="submit" isPending={begin.isPending} isDisabled={reason.trim().length < leastReason}>
            {say("begin")}
          </Button>
        </form>
      )}
      {begin.isError && <Failed error={begin.error} />}
      {end.isError && <Failed error={end.error} />}
      {look.data && <Seen look={look.data} timeZone={timeZone} now={now} />}
    </section>
  );
}

function Seen({ look, timeZone, now }: { look: Look; timeZone: string; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const { status, selfTest, network, log, endedAt, endedWhy } = look;
  const silent = status?.doors.filter(({ door }) => door === "unknown").map(({ compartment }) => compartment) ?? [];
  const open = status?.doors.filter(({ door }) => door === "open").map(({ compartment }) => compartment) ?? [];
  const why = (["asked", "time", "lost", "too_much"] as const).find((each) => each === endedWhy);
  return (
    <div className="grid min-w-0 gap-4">
      {endedAt !== null && (
        <Notice kind="offline" title={say("ended", { time: formats.moment(endedAt, now) })}>
          {why === undefined ? "" : say(`why.${why}`)} {say("wanted", { reason: look.reason })}
        </Notice>
      )}
      {selfTest && (
        <ul className="grid gap-1" aria-label={say("self_test")}>
          {selfTest.checks.map(({ check, isOk, detail }) => (
            <li key={check} className="grid grid-cols-[5rem_7rem_1fr] gap-x-3">
              <b className={isOk ? "text-good" : "text-bad"}>{say(isOk ? "good" : "bad")}</b>
              <span>{checkText(check, say)}</span>
              <span className="wrap-anywhere text-ink-soft">{detailText(check, detail, say)}</span>
            </li>
          ))}
        </ul>
      )}
      {(status || network) && (
        <Facts
          facts={[
            ...(network
              ? ([
                  [
                    say("line"),
                    say("line_value", {
                      trip: network.roundTripMs === null ? "–" : formats.number(network.roundTripMs),
                      slowest: network.slowestMs === null ? "–" : formats.number(network.slowestMs),
                      lost: Math.max(0, network.sent - network.answered),
                    }),
                  ],
                ] as const)
              : []),
            ...(status
              ? ([
                  [say("doors"), say("doors_value", { open: open.join(", ") || "–", silent: silent.join(", ") || "–" })],
                  [say("process"), say("process_value", { minutes: Math.round(status.upSeconds / 60), memory: status.memoryMb })],
                ] as const)
              : []),
          ]}
        />
      )}
      {log.length > 0 && (
        <pre
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          tabIndex={0}
          role="log"
          aria-label={say("log")}
          aria-live="off"
          className="m-0 flex max-h-80 min-w-0 flex-col-reverse overflow-auto rounded-medium bg-sunken p-3 font-mono text-small"
        >
          <code className="whitespace-pre-wrap wrap-anywhere">{log.slice(-200).join("\n")}</code>
        </pre>
      )}
    </div>
  );
}
