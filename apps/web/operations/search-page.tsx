import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { BoxIcon, PinIcon, TruckIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { parcels } from "../shell/api.ts";
import { useSession } from "../shell/session.ts";
import { To, useGo, useQueryWord } from "../shell/to.tsx";
import { courierAt, parcelAt, stationAt } from "./addresses.ts";
import { couriersQuery, foundQuery, parcelsByTextQuery } from "./queries.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
import { ReturnsFound, returnsByText, returnsFoundQuery } from "./returns/found.tsx";
import { words as parcelWords } from "./words-parcel.ts";
import { words } from "./words-search.ts";
import { words as general } from "./words.ts";

type Parcels = NonNullable<Awaited<ReturnType<NonNullable<ReturnType<typeof parcelsByTextQuery>["queryFn"]>>>>;

/** What was typed: a parcel's number, label or order; a station or a courier by its name; or the address of somebody who asks. */
export function SearchPage() {
  const say = useSay(words);
  const sayGeneral = useSay(general);
  const go = useGo();
  const [q = ""] = useQueryWord("q");
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(q);
  const stations = useQuery({ ...foundQuery(q), enabled: q !== "" && !isAddress });
  const found = useQuery({ ...parcelsByTextQuery(q), enabled: q !== "" && !isAddress });
  const role = useSession().data?.role;
  const maySeeCouriers = role === "support" || role === "admin";
  const couriers = useQuery({ ...couriersQuery(q), enabled: q !== "" && !isAddress && maySeeCouriers });
  const returned = useQuery({ ...returnsFoundQuery(returnsByText(q)), enabled: q !== "" && !isAddress });
  const others = (stations.data?.stations.length ?? 0) + (couriers.data?.length ?? 0) + (returned.data?.returns.length ?? 0);
  const only = found.data?.length === 1 && others === 0 && !couriers.isFetching && stations.data ? found.data[0]!.id : undefined;
  const [isLeaving, leave] = useState(false);
  useEffect(() => {
    if (only === undefined) return;
    leave(true);
    go(parcelAt(only), { replace: true });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [only]);
  if (isLeaving) return <Spinner />;
  const failed = [stations, found, couriers].find(({ isError }) => isError);
  return (
    <div className="page grid gap-4 py-6">
      <h1 className="text-display wrap-anywhere">{say("search.title", { text: q })}</h1>
      {isAddress ? (
        <OfSomebody key={q} email={q} />
      ) : q !== "" && (stations.isPending || found.isPending || (maySeeCouriers && couriers.isPending)) ? (
        <Spinner />
      ) : failed ? (
        <Failed error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <>
          {found.data?.length === 0 && others === 0 && (
            <Notice kind="empty" title={say("search.none")}>
              {say("search.none_body")}
            </Notice>
          )}
          <ParcelRows parcels={found.data ?? []} />
          {q !== "" && <ReturnsFound filter={returnsByText(q)} />}
          <Rows
            label={say("search.stations")}
            rows={(stations.data?.stations ?? []).map((station) => ({
              href: stationAt(station.id),
              icon: <PinIcon />,
              name: station.name,
              more: sayGeneral(`status.${station.status}`),
            }))}
          />
          <Rows
            label={say("search.couriers")}
            rows={(couriers.data ?? []).map((courier) => ({
              href: courierAt(courier.id),
              icon: <TruckIcon />,
              name: courier.name,
              more: `${courier.username}, ${courier.carrierName}`,
            }))}
          />
        </>
      )}
    </div>
  );
}

/** Looking into somebody's parcels takes a reason, which stands in the audit trail (I-68). */
function OfSomebody({ email }: { email: string }) {
  const say = useSay(words);
  const role = useSession().data?.role;
  const [isAsking, setAsking] = useState(true);
  const [found, show] = useState<Parcels>();
  if (role !== "support" && role !== "admin") return <Notice kind="warn" title={say("search.person_support")} />;
  if (found) return found.length === 0 ? <Notice kind="empty" title={say("search.person_none")} /> : <ParcelRows parcels={found} />;
  return (
    <>
      <p>{say("search.person_body")}</p>
      <div>
        <Button onPress={() => setAsking(true)}>{say("search.person")}</Button>
      </div>
      {isAsking && (
        <ReasonDialog
          changes="nothing"
          title={say("search.person")}
          body={say("search.person_body")}
          verb={say("search.person")}
          act={async (reason) => show((await ask(parcels["parcel-look-ups"].$post({ json: { email, reason } }))).parcels)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

function ParcelRows({ parcels: list }: { parcels: Parcels }) {
  const say = useSay(words);
  const sayParcel = useSay(parcelWords);
  return (
    <Rows
      label={say("search.parcels")}
      rows={list.map((parcel) => ({
        href: parcelAt(parcel.id),
        icon: <BoxIcon />,
        name: grouped(parcel.number),
        more: `${parcel.orderId}, ${sayParcel(`state.${parcel.state}`)}`,
      }))}
    />
  );
}

interface Row {
  readonly href: string;
  readonly icon: ReactNode;
  readonly name: string;
  readonly more: string;
}

function Rows({ label, rows }: { label: string; rows: readonly Row[] }) {
  if (rows.length === 0) return null;
  return (
    <section className="grid gap-2">
      <h2 className="text-title">{label}</h2>
      <ul className="grid gap-2">
        {rows.map(({ href, icon, name, more }) => (
          <li key={href}>
            <To data-row href={href} className="card flex min-h-14 items-center gap-3 px-4 py-2 text-ink no-underline hover:bg-sunken">
              {icon}
              <span className="flex-1 font-semibold">{name}</span>
              <span className="text-small text-ink-soft">{more}</span>
            </To>
          </li>
        ))}
      </ul>
    </section>
  );
}
