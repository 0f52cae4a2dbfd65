import { placeDoors } from "@pigeonhole/network/layout";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { CodeDisplay } from "@pigeonhole/ui/code-display.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { PinIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { proxies } from "../shell/api.ts";
import { useHash } from "../shell/use-hash.ts";
import { BeforeItOpens } from "./before-it-opens.tsx";
import { OpenHere } from "./open-here.tsx";
import { stationQuery } from "./queries.ts";
import { wayTo } from "./way.ts";
import { words } from "./words-proxy.ts";

/** What is not there yet is asked for again so often. Milliseconds. */
const againMs = 30_000;

/** The page of whoever collects for somebody: this parcel, their own code, and nothing else. */
export function CollectPage() {
  const say = useSay(words);
  const token = useHash();
  const now = useNow(30_000);
  const handed = useQuery({
    queryKey: ["handed", token],
    queryFn: () => ask(proxies.collect.$post({ json: { token } })),
    refetchInterval: againMs,
    gcTime: 0,
  });
  const station = useQuery({ ...stationQuery(handed.data?.station ?? ""), enabled: handed.data !== undefined }).data;
  const formats = useFormats(station?.timeZone);
  const doors = useMemo(() => (station ? placeDoors(station.layout) : []), [station]);
  if (handed.isPending) return <Spinner onRetry={() => void handed.refetch()} />;
  const code = codeOf(handed.error);
  if (code === "not_found" || code === "malformed")
    return (
      <div className="page py-8">
        <Notice kind="error" heading title={say("collect.gone")}>
          {say("collect.gone_body")}
        </Notice>
      </div>
    );
  if (!handed.data)
    return (
      <div className="page py-8">
        <Failed heading error={handed.error} onRetry={() => void handed.refetch()} />
      </div>
    );
  const { state, compartment, code: digits, qr, expiresAt, missing } = handed.data;
  return (
    <div className="page grid gap-6 py-6">
      <header className="grid gap-2">
        <h1 className="text-display">{say(`collect.${state}`)}</h1>
        <p className="text-ink-soft">{[station?.name, station?.address].filter(Boolean).join(" · ")}</p>
        <p>
          {state === "ready" && expiresAt !== null
            ? say("collect.until", { until: formats.full(expiresAt), left: formats.left(expiresAt, now) })
            : say(`collect.${state === "ready" ? "coming" : state}_body`)}
        </p>
      </header>
      <BeforeItOpens missing={missing} />
      {digits !== null && qr !== null && (
        <section aria-labelledby="your-code" className="card grid justify-items-center gap-5 p-5">
          <h2 id="your-code" className="text-lead text-ink-soft">
            {say("collect.code")}
          </h2>
          <CodeDisplay code={digits} label={say("collect.code")} />
          <QrCode text={qr} label={say("collect.qr")} size={232} />
          <p className="max-w-sm text-center text-ink-soft">{say("collect.how")}</p>
        </section>
      )}
      {state === "ready" && missing.length === 0 && (
        <OpenHere parcel={token} open={(standing) => ask(proxies.collect.open.$post({ json: { token, ...standing } }))} />
      )}
      {station && compartment !== null && (
        <section className="card grid gap-4 p-5">
          <h2 className="text-title">{say("collect.door", { number: String(compartment) })}</h2>
          <Cabinet label={station.name} doors={doors} highlight={compartment} className="[&_svg]:max-h-80" />
        </section>
      )}
      {station && (
        <a href={wayTo(station)} target="_blank" rel="noreferrer" className={look("plain")}>
          <PinIcon />
          {say("collect.way")}
        </a>
      )}
    </div>
  );
}
