import type { Size } from "@pigeonhole/network/layout";
import type { ReturnReason } from "@pigeonhole/returns/contract";
import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useId, useRef, useState } from "react";
import { newKey, returns } from "../../shell/api.ts";
import { SignInPage } from "../sign-in-page.tsx";
import { Shapes } from "../size-picker.tsx";
import { PlaceChoice } from "./place-choice.tsx";
import { authorisationsQuery, offerQuery } from "./queries.ts";
import { words } from "./words.ts";

const route = getRouteApi("/returns/new");
const refusals = ["station_full", "station_unavailable", "no_such_station", "not_returnable", "return_under_way"] as const;

/** To send something back: why, how large, where; then there is a code. */
export function NewReturnPage() {
  const say = useSay(words);
  const { parcel, authorisation } = route.useSearch();
  const offer = useQuery({ ...offerQuery(parcel ?? ""), enabled: parcel !== undefined });
  const allowed = useQuery({ ...authorisationsQuery, enabled: parcel === undefined });
  const asked = parcel === undefined ? allowed : offer;
  if (codeOf(asked.error) === "not_signed_in") return <SignInPage why={say("list.why_signin")} onDone={() => void asked.refetch()} />;
  if (asked.isPending) return <Spinner onRetry={() => void asked.refetch()} />;
  const own = allowed.data?.authorisations.find(({ id }) => id === authorisation);
  const reasons = offer.data?.isPossible ? offer.data.reasons : own?.reasons;
  return (
    <div className="page grid gap-6 py-6">
      <h1 className="text-display">{say("new.title")}</h1>
      {reasons ? (
        <Form what={parcel === undefined ? { authorisation: authorisation! } : { parcel }} reasons={reasons} />
      ) : (
        <Notice
          kind="warn"
          title={say("new.impossible")}
          actions={
            parcel === undefined ? (
              <Link to="/returns" className={look("plain")}>
                {say("list.link")}
              </Link>
            ) : (
              <Link to="/parcels/$parcel" params={{ parcel }} className={look("plain")}>
                {say("new.to_parcel")}
              </Link>
            )
          }
        >
          {say("new.impossible_body")}
        </Notice>
      )}
    </div>
  );
}

function Form({ what, reasons }: { what: { parcel: string } | { authorisation: string }; reasons: readonly ReturnReason[] }) {
  const say = useSay(words);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const name = useId();
  const key = useRef(newKey());
  const [reason, setReason] = useState<ReturnReason>(reasons[0]!);
  const [size, setSize] = useState<Size>("medium");
  const [station, choose] = useState<string>();
  const [hasTried, tried] = useState(false);
  const start = useMutation({
    mutationFn: (to: string) =>
      ask(returns.returns.$post({ header: { "idempotency-key": key.current }, json: { ...what, station: to, size, reason } })),
    onSuccess: (begun) => {
      void queries.invalidateQueries({ queryKey: ["return-offer"] });
      void queries.invalidateQueries({ queryKey: ["returns"] });
      void navigate({ to: "/returns/$return", params: { return: begun.id } });
    },
    onError: (error) => {
      if (codeOf(error) !== undefined) key.current = newKey();
      void queries.invalidateQueries({ queryKey: ["return-places"] });
    },
  });
  const refusal = refusals.find((code) => code === codeOf(start.error));
  return (
    <form
      noValidate
      className="grid gap-8"
      onSubmit={(event) => {
        event.preventDefault();
        tried(true);
        if (station !== undefined && !start.isPending) start.mutate(station);
      }}
    >
      <fieldset className="grid gap-1">
        <legend className="mb-2 text-title">{say("new.reason")}</legend>
        {reasons.map((each) => (
          <label key={each} className="flex min-h-11 items-center gap-3">
            <input type="radio" name={name} className="size-5 accent-accent" checked={reason === each} onChange={() => setReason(each)} />
            {say(`reason.${each}`)}
          </label>
        ))}
      </fieldset>
      <fieldset className="grid gap-2">
        <legend className="mb-2 text-title">{say("new.size")}</legend>
        <Shapes
          wish={{ size }}
          onChange={(next) => {
            setSize(next.size ?? "medium");
            choose(undefined);
          }}
        />
      </fieldset>
      <PlaceChoice
        legend={say("new.where")}
        size={size}
        isForPuttingIn
        chosen={station}
        error={hasTried && station === undefined ? say("place.choose_first") : undefined}
        onChoose={choose}
      />
      {refusal && <Notice kind="warn" title={say(`no.${refusal}`)} announce />}
      {start.isError && !refusal && <Failed error={start.error} />}
      <Button type="submit" look="primary" size="large" wide isPending={start.isPending}>
        {say("new.start")}
      </Button>
    </form>
  );
}
