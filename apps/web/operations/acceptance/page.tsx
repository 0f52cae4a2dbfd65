import type { KeptAcceptance } from "@pigeonhole/network/acceptance/contract";
import { hasPassed, type AcceptedDoor } from "@pigeonhole/protocol/acceptance";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { To, useParam } from "../../shell/to.tsx";
import { stationAt } from "../addresses.ts";
import { Facts } from "../facts.tsx";
import { stationQuery } from "../queries.ts";
import { Lacks } from "./lacks.tsx";
import { acceptanceQuery } from "./queries.ts";
import { words } from "./words.ts";

const reasons = ["sensor", "door_stuck", "already_open", "no_answer", "left_out"] as const;

/** The acceptance record of one station, to read and to print. */
export function AcceptancePage() {
  const id = useParam("station");
  const say = useSay(words);
  const station = useQuery(stationQuery(id));
  const acceptance = useQuery(acceptanceQuery(id));
  const formats = useFormats(station.data?.timeZone);
  if (station.isPending || acceptance.isPending) return <Spinner />;
  if (!station.data || !acceptance.data)
    return (
      <div className="page py-6">
        <Failed heading error={station.error ?? acceptance.error} onRetry={() => void acceptance.refetch()} />
      </div>
    );
  const { current, lacks, former } = acceptance.data;
  const { timeZone } = station.data;
  // On paper it is read years later: with the year, on the station's clock.
  const moment = (at: string): string =>
    new Intl.DateTimeFormat(formats.locale, { dateStyle: "long", timeStyle: "short", timeZone }).format(new Date(at));
  return (
    <div className="mx-auto grid w-full max-w-[60rem] gap-5 px-4 py-5 lg:px-6">
      <header className="grid gap-1.5">
        <p className="print:hidden">
          <To href={stationAt(id)}>{station.data.name}</To>
        </p>
        <h1 className="text-display">{say("page.title", { station: station.data.name })}</h1>
        {station.data.address !== null && <p className="text-ink-soft">{station.data.address}</p>}
      </header>
      {lacks.length === 0 ? (
        <Notice kind="good" title={say("whole")} />
      ) : (
        <Notice kind="warn" title={say("lacking")}>
          <Lacks lacks={lacks} />
        </Notice>
      )}
      {current ? (
        <>
          <Summary station={id} current={current} moment={moment} />
          <Boards current={current} />
          <Doors doors={current.record.doors} />
          <p className="text-small text-ink-soft wrap-anywhere">
            {say("evidence", { seq: String(current.seq), epoch: String(current.epoch), digest: current.digest })}
          </p>
        </>
      ) : (
        <Notice kind="empty" title={say("none")}>
          {say("none_body")}
        </Notice>
      )}
      {former.length > 0 && (
        <section className="card grid gap-3 p-4 lg:p-5 print:hidden">
          <h2 className="text-title">{say("former")}</h2>
          <ul className="grid gap-1">
            {former.map(({ digest, at, technician, doors, failed }) => (
              <li key={digest}>
                {say("former.line", {
                  when: moment(at),
                  technician: technician ?? say("nobody"),
                  doors: String(doors),
                  failed: String(failed.length),
                })}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Summary({ station, current, moment }: { station: string; current: KeptAcceptance; moment: (at: string) => string }) {
  const say = useSay(words);
  const { record } = current;
  const evidence = useMemo(
    () =>
      `data:application/json,${encodeURIComponent(JSON.stringify({ entry: current.entry, certificate: current.certificate }, null, 2))}`,
    [current],
  );
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      {record.isSimulated && <p className="font-semibold text-warn">{say("simulated")}</p>}
      <Facts
        facts={[
          [say("at"), moment(record.at)],
          [say("technician"), record.technician ?? say("nobody")],
          [say("received"), moment(current.receivedAt)],
          [say("firmware"), record.firmware],
          [say("passed"), `${record.doors.filter(hasPassed).length} / ${record.doors.length}`],
          [say("station"), station],
        ]}
      />
      <div className="flex flex-wrap gap-2 print:hidden">
        <Button onPress={() => window.print()}>{say("print")}</Button>
        <a className={look("plain")} href={evidence} download={`acceptance-${station}.json`}>
          {say("download")}
        </a>
      </div>
    </section>
  );
}

const cell = "border-b border-line py-1.5 pe-3 text-start align-top";

function Boards({ current }: { current: KeptAcceptance }) {
  const say = useSay(words);
  return (
    <section className="card grid gap-3 overflow-x-auto p-4 lg:p-5" tabIndex={0} aria-label={say("boards")}>
      <h2 className="text-title">{say("boards")}</h2>
      <table className="w-full border-collapse">
        <thead>
          <tr>
            {(["board", "model", "address", "line"] as const).map((name) => (
              <th key={name} scope="col" className={cell}>
                {say(`boards.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {current.record.lines.flatMap(({ port, baud, boards }) =>
            boards.map(({ name, model, address }) => (
              <tr key={`${port} ${name}`}>
                <th scope="row" className={cell}>
                  {name}
                </th>
                <td className={cell}>{model}</td>
                <td className={cell}>{address}</td>
                <td className={`${cell} wrap-anywhere`}>{say("boards.at", { port, baud: String(baud) })}</td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </section>
  );
}

/** Every door; those that failed first. */
function Doors({ doors }: { doors: readonly AcceptedDoor[] }) {
  const say = useSay(words);
  const sorted = doors.toSorted((a, b) => Number(hasPassed(a)) - Number(hasPassed(b)) || a.door - b.door);
  const whyOf = ({ reason }: AcceptedDoor): string => {
    const known = reasons.find((each) => each === reason);
    return known ? say(`why.${known}`) : say("why.unknown");
  };
  return (
    <section className="card grid gap-3 overflow-x-auto p-4 lg:p-5" tabIndex={0} aria-label={say("doors")}>
      <h2 className="text-title">{say("doors")}</h2>
      <table className="w-full border-collapse">
        <thead>
          <tr>
            {(["door", "lock", "result", "took"] as const).map((name) => (
              <th key={name} scope="col" className={cell}>
                {say(`doors.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((door) => (
            <tr key={door.door}>
              <th scope="row" className={cell}>
                {door.door}
              </th>
              <td className={cell}>{say("doors.place", { board: door.board, lock: String(door.lock) })}</td>
              <td className={`${cell} ${hasPassed(door) ? "" : "font-semibold text-bad"}`}>
                {hasPassed(door) ? say(door.isOccupied === null ? "result.passed" : "result.passed_sensor") : whyOf(door)}
              </td>
              <td className={cell}>{door.tookMs === null ? "" : say("doors.ms", { ms: String(door.tookMs) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
