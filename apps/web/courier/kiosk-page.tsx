import type { CourierRight } from "@pigeonhole/access/contract";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { BackIcon, CameraIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { To, useGo } from "../shell/to.tsx";
import { left, toTakeOut } from "./progress.ts";
import { rightsQuery, routeQuery } from "./queries.ts";
import { Huge, stopHref, Thumb } from "./route-page.tsx";
import { words as collectWords } from "./words-collect.ts";
import { words } from "./words.ts";

/** A station without a connection: its scanner reads these squares, one parcel after the other, and its screen shows the rest. */
export function KioskPage({ station }: { station: string }) {
  const say = useSay(words);
  const sayCollect = useSay(collectWords);
  const sayShared = useSay(shared);
  const go = useGo();
  const route = useQuery(routeQuery);
  const rights = useQuery(rightsQuery);
  const [chosen, choose] = useState<string>();
  if (rights.isPending || route.isPending) return <Spinner onRetry={() => void rights.refetch()} />;
  if (!rights.data || !route.data)
    return (
      <div className="page py-6">
        <Failed heading error={rights.error ?? route.error} onRetry={() => void rights.refetch()} />
      </div>
    );
  const stop = route.data.stops.find((each) => each.station === station);
  const tasks = stop
    ? [
        ...left(stop).map((drop) => ({ kind: "dropoff" as const, drop })),
        ...toTakeOut(stop).map((drop) => ({ kind: "collection" as const, drop })),
      ]
    : [];
  const open = tasks.flatMap(({ kind, drop }) => {
    const right = rights.data.find((each) => each.kind === kind && each.parcel === drop.parcel);
    return right ? [{ drop, right }] : [];
  });
  const shown = open.find(({ drop }) => drop.parcel === chosen) ?? open[0];
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-3">
        <h1 className="flex items-center gap-1 text-title">
          <To href={stopHref(station)} aria-label={say("stop.back")} className="-ms-3 grid size-12 shrink-0 place-items-center text-ink">
            <BackIcon size={26} />
          </To>
          {say("kiosk.title")}
        </h1>
        {shown ? (
          <>
            <p>{shown.right.kind === "collection" ? sayCollect("kiosk_body") : say("kiosk.body")}</p>
            <Square key={shown.drop.parcel} number={shown.drop.number} {...shown.right} />
            {open.length > 1 && (
              <>
                <h2 className="text-lead">{say("kiosk.others")}</h2>
                <ul className="grid gap-2">
                  {open.map(({ drop, right }) => (
                    <li key={drop.parcel}>
                      <button
                        type="button"
                        aria-pressed={drop === shown.drop}
                        onClick={() => choose(drop.parcel)}
                        className={`flex min-h-14 w-full cursor-pointer items-center gap-4 rounded-medium border bg-surface px-4 text-start ${drop === shown.drop ? "border-2 border-accent" : "border-line"}`}
                      >
                        <b className="min-w-24">{sayShared("door", { number: String(drop.compartment) })}</b>
                        <span className="grid">
                          <span className="font-mono">{grouped(drop.number)}</span>
                          {right.kind === "collection" && <span className="text-small text-ink-soft">{sayCollect("out_of")}</span>}
                        </span>
                      </button>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        ) : (
          <Notice kind="empty" title={say("kiosk.none")}>
            {say("kiosk.none_body")}
          </Notice>
        )}
      </div>
      <Thumb>
        <Huge icon={<CameraIcon size={28} />} onPress={() => go("/courier/receipts")}>
          {say("kiosk.read")}
        </Huge>
      </Thumb>
    </div>
  );
}

function Square({ number, compartment, qr, carried }: CourierRight & { number: string }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const steps = [...carried, qr];
  const [at, turn] = useState<number>();
  return (
    <section className="card grid justify-items-center gap-3 p-4">
      <p className="flex flex-wrap items-baseline justify-center gap-x-4">
        <b className="text-title">{sayShared("door", { number: String(compartment) })}</b>
        <span className="font-mono text-lead">{grouped(number)}</span>
      </p>
      <QrCode text={at === undefined ? qr : steps[at]!} label={say("kiosk.square", { door: compartment })} size={300} />
      {carried.length > 0 &&
        (at === undefined ? (
          <button type="button" className="min-h-11 cursor-pointer text-small text-accent underline" onClick={() => turn(0)}>
            {say("kiosk.unknown")}
          </button>
        ) : (
          <div className="grid justify-items-center gap-2">
            <p className="text-center">{say("kiosk.step", { step: at + 1, steps: steps.length })}</p>
            {at < steps.length - 1 && (
              <button
                type="button"
                className="min-h-12 cursor-pointer rounded-medium border border-line-strong px-5 font-semibold"
                onClick={() => turn(at + 1)}
              >
                {say("kiosk.next")}
              </button>
            )}
          </div>
        ))}
    </section>
  );
}
