import { codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { BackIcon, SearchIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useDeferredValue, useState } from "react";
import { ParcelRow } from "./parcel-row.tsx";
import { historyQuery } from "./queries.ts";
import { Mine } from "./mine.tsx";
import { SignInPage } from "./sign-in-page.tsx";
import { words } from "./words-parcel.ts";

/** Everything that was: what was collected, sent back, cancelled; looked for by number or order, page by page. */
export function HistoryPage() {
  const say = useSay(words);
  return (
    <Mine why={say("signin.why_parcels")}>
      <History />
    </Mine>
  );
}

function History() {
  const say = useSay(words);
  const [typed, type] = useState("");
  const wanted = useDeferredValue(typed.trim());
  const history = useInfiniteQuery(historyQuery(wanted));
  const past = history.data?.pages.flatMap(({ parcels }) => parcels) ?? [];
  if (codeOf(history.error) === "not_signed_in")
    return <SignInPage why={say("signin.why_parcels")} onDone={() => void history.refetch()} />;
  return (
    <div className="page grid gap-5 py-6">
      <Link
        to="/parcels"
        className="inline-flex min-h-11 items-center gap-1 justify-self-start font-medium text-accent no-underline hover:underline"
      >
        <BackIcon />
        {say("nav.parcels")}
      </Link>
      <h1 className="text-display">{say("parcels.history")}</h1>
      {(past.length > 0 || wanted !== "") && (
        <TextField
          label={say("history.search")}
          value={typed}
          onChange={type}
          type="search"
          autoComplete="off"
          maxLength={100}
          start={<SearchIcon />}
        />
      )}
      {history.isPending ? (
        <Spinner onRetry={() => void history.refetch()} />
      ) : history.isError ? (
        <Failed error={history.error} onRetry={() => void history.refetch()} />
      ) : past.length === 0 ? (
        <Notice kind="empty" title={say(wanted === "" ? "history.none" : "history.not_found")} announce={wanted !== ""}>
          {say(wanted === "" ? "history.none_body" : "history.not_found_body")}
        </Notice>
      ) : (
        <ul className="grid gap-3" aria-busy={history.isPlaceholderData}>
          {past.map((parcel) => (
            <ParcelRow key={parcel.id} parcel={parcel} group="past" order={say("history.order", { order: parcel.orderId })} />
          ))}
        </ul>
      )}
      {history.hasNextPage && (
        <div>
          <Button isPending={history.isFetchingNextPage} onPress={() => void history.fetchNextPage()}>
            {say("history.older")}
          </Button>
        </div>
      )}
    </div>
  );
}
