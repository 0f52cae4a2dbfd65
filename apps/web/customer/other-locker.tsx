import type { Parcel } from "@pigeonhole/parcels/contract";
import { redirectAllowed, type Redirect } from "@pigeonhole/parcels/redirects/contract";
import type { Candidate } from "@pigeonhole/reservations/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { NextIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { redirects } from "../shell/api.ts";
import { parcelQuery, parcelStationQuery, pickupQuery } from "./queries.ts";
import { words } from "./words-redirect.ts";

const redirectsQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["redirects", parcel, `parcel:${parcel}`],
    queryFn: () => ask(redirects.parcels[":id"].redirects.$get({ param: { id: parcel } })),
  });
const placesQuery = (parcel: string) =>
  queryOptions({ queryKey: ["places", parcel], queryFn: () => ask(redirects.parcels[":id"].places.$get({ param: { id: parcel } })) });

/** While it is in one of these it may go elsewhere. */
const movable: readonly string[] = ["reserved", "shipped", "delivered", "stored"];
const refusals = ["station_full", "station_unavailable", "perishable", "redirect_under_way"] as const;

/** To another locker: what is under way, what somebody proposes, and the wish itself. */
export function OtherLocker({ parcel }: { parcel: Parcel }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [isChoosing, choose] = useState(false);
  const known = useQuery(redirectsQuery(parcel.id));
  const again = () =>
    Promise.all(
      [redirectsQuery(parcel.id).queryKey, parcelQuery(parcel.id).queryKey, pickupQuery(parcel.id).queryKey].map((queryKey) =>
        queries.invalidateQueries({ queryKey }),
      ),
    );
  const newest = known.data?.redirects[0];
  const isLive = newest !== undefined && newest.endedAt === null;
  if (!movable.includes(parcel.state)) return null;
  return (
    <section className="grid gap-3" aria-labelledby="other-locker">
      <h2 id="other-locker" className="text-title">
        {say("redirect.title")}
      </h2>
      {newest && <Standing redirect={newest} onDone={again} />}
      {!isLive && parcel.isPerishable && <p className="text-ink-soft">{say("redirect.perishable")}</p>}
      {!isLive && !parcel.isPerishable && (
        <Button wide onPress={() => choose(true)}>
          {say("redirect.choose")}
        </Button>
      )}
      <Dialog title={say("redirect.choose")} isOpen={isChoosing} onClose={() => choose(false)}>
        <Choose parcel={parcel} onDone={() => void again().then(() => choose(false))} />
      </Dialog>
    </section>
  );
}

/** How the newest wish stands, and what may be said to it. */
function Standing({ redirect, onDone }: { redirect: Redirect; onDone: () => void }) {
  const say = useSay(words);
  const station = useQuery(parcelStationQuery(redirect.to)).data?.value;
  const formats = useFormats(station?.timeZone);
  const act = useMutation({
    mutationFn: (verb: "agree" | "decline" | "withdraw") =>
      ask(redirects.redirects[":redirect"][verb].$post({ param: { redirect: redirect.id } })),
    onSettled: onDone,
  });
  const { state, until } = redirect;
  const name = station?.name ?? "";
  const hasEnded = redirect.endedAt !== null;
  // What ended well shows in the parcel itself; what came to nothing is told for as long as it is of use.
  if (hasEnded && (state === "done" || state === "declined" || (state === "withdrawn" && redirect.reason !== "not_possible_now")))
    return null;
  const time = until === null ? "" : formats.full(until);
  const title = say(`redirect.is.${state === "agreed" || state === "claimed" ? "leaving" : state}`, { name });
  return (
    <Notice
      kind={state === "proposed" ? "info" : state === "undone" || state === "refused" || state === "parked" ? "warn" : "info"}
      title={title}
      actions={
        state === "proposed" ? (
          <>
            <Button look="primary" isPending={act.isPending && act.variables === "agree"} onPress={() => act.mutate("agree")}>
              {say("redirect.agree")}
            </Button>
            <Button isPending={act.isPending && act.variables === "decline"} onPress={() => act.mutate("decline")}>
              {say("redirect.decline")}
            </Button>
          </>
        ) : (redirectAllowed.withdraw as readonly string[]).includes(state) ? (
          <Button isPending={act.isPending} onPress={() => act.mutate("withdraw")}>
            {say("redirect.withdraw")}
          </Button>
        ) : undefined
      }
    >
      {state === "proposed" && (
        <p>
          {say(redirect.isInside ? "redirect.proposed_inside" : "redirect.proposed_body", { until: time })}
          {redirect.note !== null && ` „${redirect.note}“`}
        </p>
      )}
      {(state === "leaving" || state === "claimed" || state === "agreed") && <p>{say("redirect.leaving_body", { until: time })}</p>}
      {state === "travelling" && <p>{say("redirect.travelling_body")}</p>}
      {state === "undone" && <p>{say(redirect.reason === "no_courier" ? "redirect.undone_no_courier" : "redirect.undone_body")}</p>}
      {act.isError && <Failed error={act.error} />}
    </Notice>
  );
}

/** Lockers near by with room, and what it means to choose one. */
function Choose({ parcel, onDone }: { parcel: Parcel; onDone: () => void }) {
  const say = useSay(words);
  const places = useQuery(placesQuery(parcel.id));
  const [chosen, take] = useState<Candidate>();
  const isInside = parcel.state === "stored" || parcel.state === "delivered";
  const send = useMutation({
    mutationFn: (to: Candidate) =>
      ask(redirects.parcels[":id"].redirects.$post({ param: { id: parcel.id }, json: { station: to.station } })),
    onSuccess: onDone,
    onError: () => void places.refetch(),
  });
  const formats = useFormats();
  const refusal = refusals.find((code) => code === codeOf(send.error));
  if (places.isPending) return <Spinner onRetry={() => void places.refetch()} />;
  if (!places.data) return <Failed error={places.error} onRetry={() => void places.refetch()} />;
  if (places.data.candidates.length === 0)
    return (
      <Notice kind="empty" title={say("redirect.none")}>
        {say("redirect.none_body")}
      </Notice>
    );
  if (chosen)
    return (
      <div className="grid gap-4">
        <p className="text-lead font-semibold">{chosen.name}</p>
        {chosen.address !== null && <p className="text-ink-soft">{chosen.address}</p>}
        <p>{say(isInside ? "redirect.means_inside" : "redirect.means")}</p>
        {refusal && <Notice kind="warn" title={say(`redirect.no.${refusal}`)} announce />}
        {send.isError && !refusal && <Failed error={send.error} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onPress={() => take(undefined)}>{say("redirect.back")}</Button>
          <Button look="primary" isPending={send.isPending} onPress={() => send.mutate(chosen)}>
            {say("redirect.send")}
          </Button>
        </div>
      </div>
    );
  return (
    <ul className="grid gap-2">
      {places.data.candidates.map((place) => (
        <li key={place.station}>
          <button
            type="button"
            className="card grid w-full cursor-pointer grid-cols-[1fr_auto] items-center gap-3 p-4 text-start text-ink hover:border-accent"
            onClick={() => take(place)}
          >
            <span className="grid gap-0.5">
              <span className="font-semibold">{place.name}</span>
              {place.address !== null && <span className="text-small text-ink-soft">{place.address}</span>}
              <span className="text-small">{say("redirect.away", { distance: formats.distance(place.distanceMetres) })}</span>
            </span>
            <NextIcon />
          </button>
        </li>
      ))}
    </ul>
  );
}
