import type { WindowBounds, Windows } from "@pigeonhole/reservations/windows/contract";
import type { Tenant } from "@pigeonhole/identity/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { windows } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { Facts } from "../facts.tsx";
import { tenantsQuery } from "../queries.ts";
import { LimitsDialog } from "./limits-dialog.tsx";
import { words } from "./words.ts";

const limitsQuery = queryOptions({ queryKey: ["windows"], queryFn: () => ask(windows.windows.owners.$get()) });
export type Owner = z.output<typeof Tenant>;

/** Shops and carriers, and how long their orders may wait (N2). */
export function ShopsPage() {
  const say = useSay(words);
  const role = useSession().data?.role;
  const tenants = useQuery(tenantsQuery);
  const limits = useQuery(limitsQuery);
  const [asked, ask] = useState<Owner>();
  const failed = [tenants, limits].find(({ isError }) => isError);
  const of = (owner: Owner): Windows | undefined =>
    limits.data?.owners.find(({ kind, tenant }) => kind === owner.kind && tenant === owner.id)?.windows;
  return (
    <div className="mx-auto grid max-w-[80rem] gap-5 px-4 py-5 lg:px-6">
      <header className="grid gap-1">
        <h1 className="text-display">{say("title")}</h1>
        <p className="max-w-prose text-ink-soft">{say("about")}</p>
      </header>
      {failed ? (
        <Failed error={failed.error} onRetry={() => void Promise.all([tenants.refetch(), limits.refetch()])} />
      ) : !tenants.data || !limits.data ? (
        <Spinner />
      ) : (
        <>
          {tenants.data.length === 0 && <Notice kind="empty" title={say("none")} />}
          <ul className="grid items-stretch gap-4 md:grid-cols-2 xl:grid-cols-3">
            {tenants.data.map((owner) => {
              const own = of(owner);
              return (
                <li key={owner.id} className="card grid content-between gap-4 p-4 lg:p-5">
                  <div className="grid gap-3">
                    <h2 className="text-title wrap-anywhere">{owner.name}</h2>
                    <p className="text-small text-ink-soft">
                      {say(`kind.${owner.kind}`)}, {own ? say("own") : say("usual")}
                    </p>
                    <Limits windows={own ?? limits.data.usual} bounds={limits.data.bounds} />
                  </div>
                  {(role === "support" || role === "admin") && (
                    <div>
                      <Button size="small" onPress={() => ask(owner)}>
                        {say("change")}
                        <span className="sr-only"> {owner.name}</span>
                      </Button>
                    </div>
                  )}
                </li>
              );
            })}
          </ul>
          {role === "viewer" && <p className="text-small text-ink-soft">{say("support_only")}</p>}
          {asked && (
            <LimitsDialog
              owner={asked}
              windows={of(asked) ?? limits.data.usual}
              bounds={limits.data.bounds}
              onClose={() => ask(undefined)}
            />
          )}
        </>
      )}
    </div>
  );
}

function Limits({ windows: it, bounds }: { windows: Windows; bounds: WindowBounds }) {
  const say = useSay(words);
  const days = (count: number): string => say("days", { count });
  return (
    <Facts
      facts={[
        [say("holdMinutes"), say("minutes", { count: it.holdMinutes })],
        [say("deliveryDays"), days(it.deliveryDays)],
        [say("standard"), days(it.collectionDays.standard)],
        [say("prime"), days(it.collectionDays.prime)],
        [say("business"), days(it.collectionDays.business)],
        [
          say("extensions"),
          it.extensions === 0 ? say("extensions.none") : say("extensions.value", { times: it.extensions, days: days(it.extensionDays) }),
        ],
        [say("vacationDays"), it.vacationDays === 0 ? say("vacation.none") : days(it.vacationDays)],
        [say("waitDays"), days(bounds.waitDays)],
      ]}
    />
  );
}
