import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { Station } from "@pigeonhole/network/contract";
import type { Question } from "@pigeonhole/parcels/redirects/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { redirects } from "../shell/api.ts";
import { useHash } from "../shell/use-hash.ts";
import { stationQuery } from "./queries.ts";
import { wayTo } from "./way.ts";
import { words } from "./words-consent.ts";

/** Where the link of a message leads that asks whether a parcel may go elsewhere (N6): one tap answers, without signing in. */
export function ConsentPage() {
  const say = useSay(words);
  const token = useHash();
  const question = useQuery({
    queryKey: ["consent", token],
    queryFn: () => ask(redirects["redirect-questions"].$post({ json: { token } })),
  });
  const code = codeOf(question.error);
  if (question.isPending) return <Spinner onRetry={() => void question.refetch()} />;
  if (code === "not_found" || code === "malformed")
    return (
      <div className="page py-8">
        <Notice kind="error" heading title={say("gone")}>
          {say("gone_body")}
        </Notice>
      </div>
    );
  if (!question.data)
    return (
      <div className="page py-8">
        <Failed heading error={question.error} onRetry={() => void question.refetch()} />
      </div>
    );
  return <Asked question={question.data} token={token} />;
}

function Asked({ question, token }: { question: Question; token: string }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const from = useQuery(stationQuery(question.from)).data;
  const to = useQuery(stationQuery(question.to)).data;
  const formats = useFormats(to?.timeZone);
  const answer = useMutation({
    mutationFn: (word: "agree" | "decline") => ask(redirects["redirect-answers"].$post({ json: { token, answer: word } })),
    onSuccess: (stands) => queries.setQueryData(["consent", token], stands),
    onError: () => queries.invalidateQueries({ queryKey: ["consent", token] }),
  });
  // A tap on "no" in the message leads here with that wish: it comes first, and nothing is done by merely opening a page.
  const isNo = location.search === "?no";
  if (!from || !to) return <Spinner />;
  const gaps = { from: from.name, to: to.name };
  const isAsked = question.state === "proposed";
  const verdict = ["declined", "unanswered", "withdrawn", "refused", "undone"].includes(question.state) ? "stays" : "goes";
  return (
    <div className="page grid max-w-xl content-start gap-6 py-6">
      <h1 className="text-display">{say(isAsked ? "asked" : verdict, gaps)}</h1>
      <Places from={from} to={to} />
      {question.note !== null && <p className="wrap-anywhere">„{question.note}“</p>}
      {isAsked ? (
        <>
          {question.isInside && <p>{say("inside", gaps)}</p>}
          {question.until !== null && <p>{say("until", { until: formats.full(question.until) })}</p>}
          {answer.isError && <Failed error={answer.error} />}
          <div className={`grid gap-3 ${isNo ? "[&>:first-child]:order-last" : ""}`}>
            <Button
              look={isNo ? "plain" : "primary"}
              size="large"
              wide
              isPending={answer.isPending && answer.variables === "agree"}
              isDisabled={answer.isPending}
              onPress={() => answer.mutate("agree")}
            >
              {say("yes", gaps)}
            </Button>
            <Button
              look={isNo ? "primary" : "plain"}
              size="large"
              wide
              isPending={answer.isPending && answer.variables === "decline"}
              isDisabled={answer.isPending}
              onPress={() => answer.mutate("decline")}
            >
              {say("no")}
            </Button>
          </div>
        </>
      ) : (
        <Notice kind={verdict === "goes" ? "good" : "info"} title={say(`is.${verdict}`, gaps)} announce={answer.isSuccess}>
          {say(`is.${verdict}_body`)}
        </Notice>
      )}
    </div>
  );
}

function Places({ from, to }: { from: Station; to: Station }) {
  const say = useSay(words);
  return (
    <dl className="card grid divide-y divide-line">
      {[["planned", from] as const, ["instead", to] as const].map(([name, station]) => (
        <div key={name} className="grid gap-0.5 p-4">
          <dt className="text-small text-ink-soft">{say(name)}</dt>
          <dd className="m-0 font-semibold">{station.name}</dd>
          {station.address !== null && <dd className="m-0 text-small">{station.address}</dd>}
          {name === "instead" && (
            <dd className="m-0 pt-2">
              <a href={wayTo(station)} target="_blank" rel="noreferrer" className={look("plain", "small")}>
                {say("way")}
              </a>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
