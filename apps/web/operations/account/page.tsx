import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { secondFactor } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { operatorsQuery } from "./queries.ts";
import { SecondFactorCard } from "./second-factor.tsx";
import { words } from "./words.ts";

/** An operator's own account; administrators see their colleagues, too. */
export function AccountPage() {
  const say = useSay(words);
  const session = useSession().data;
  if (!session) return <Spinner />;
  return (
    <div className="mx-auto grid max-w-[48rem] gap-5 px-4 py-5 lg:px-6">
      <h1 className="text-display">{say("title")}</h1>
      <p className="break-words text-ink-soft">
        {session.name} · {session.role && say(`role.${session.role}`)}
      </p>
      {session.lacksSecondFactor && (
        <Notice kind="warn" title={say("missing.title")}>
          {say("missing.body")}
        </Notice>
      )}
      <SecondFactorCard />
      {session.role === "admin" && !session.lacksSecondFactor && <Colleagues me={session.id} />}
    </div>
  );
}

function Colleagues({ me }: { me: string }) {
  const say = useSay(words);
  const query = useQuery(operatorsQuery);
  const [resetting, setResetting] = useState<{ readonly id: string; readonly email: string } | null>(null);
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("colleagues")}</h2>
      <p className="text-small text-ink-soft">{say("colleagues.about")}</p>
      {query.isPending ? (
        <Spinner />
      ) : query.isError ? (
        <Failed error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <ul className="grid divide-y divide-line">
          {query.data.map(({ id, email, role, hasSecondFactor }) => (
            <li key={id} className="flex min-h-14 flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2">
              <div className="min-w-0">
                <p className="font-semibold break-words">
                  {email} {id === me && <span className="font-normal text-ink-soft">({say("you")})</span>}
                </p>
                <p className="text-small text-ink-soft">
                  {say(`role.${role}`)} · {say(hasSecondFactor ? "colleagues.on" : "colleagues.off")}
                </p>
              </div>
              {hasSecondFactor && id !== me && (
                <Button size="small" aria-label={say("reset.label", { who: email })} onPress={() => setResetting({ id, email })}>
                  {say("reset")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {resetting && (
        <ReasonDialog
          title={say("reset.title", { who: resetting.email })}
          body={say("reset.body")}
          verb={say("reset")}
          isDangerous
          changes="operators"
          act={(reason) =>
            ask(secondFactor.operators[":operator"]["second-factor"].reset.$post({ param: { operator: resetting.id }, json: { reason } }))
          }
          onClose={() => setResetting(null)}
        />
      )}
    </section>
  );
}
