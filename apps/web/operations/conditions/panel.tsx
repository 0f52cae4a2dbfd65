import { ageMeans, paymentMeans, type Attestation, type Condition } from "@pigeonhole/access/conditions/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { conditions } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { fieldLook } from "../event-log.tsx";
import { ReasonDialog } from "../reason-dialog.tsx";
import { words } from "./words.ts";

const conditionsQuery = (parcel: string) =>
  queryOptions({
    queryKey: ["conditions", parcel, `parcel:${parcel}`],
    queryFn: () => ask(conditions.parcels[":parcel"].conditions.$get({ param: { parcel } })),
  });

/** What has to happen before a parcel is given out (N11), who saw to it and how. Nothing where nothing is asked. */
export function Conditions({ parcel, timeZone, now }: { parcel: string; timeZone: string | undefined; now: Date }) {
  const say = useSay(words);
  const formats = useFormats(timeZone);
  const role = useSession().data?.role;
  const [chosen, choose] = useState<Condition>();
  const list = useQuery(conditionsQuery(parcel)).data?.conditions ?? [];
  if (list.length === 0) return null;
  const title = (each: Condition): string =>
    each.kind === "age_check"
      ? say(each.proxy === null ? "age_check" : "age_check.proxy", { age: String(each.minimumAge) })
      : say("cash_on_delivery", { amount: formats.money(each.amountMinor, each.currency) });
  return (
    <section className="card grid gap-3 p-4 lg:p-5" aria-labelledby="conditions">
      <h2 id="conditions" className="text-title">
        {say("title")}
      </h2>
      <ul className="grid gap-3">
        {list.map((each) => (
          <li key={each.id} className="grid gap-1">
            <p>
              <strong>{title(each)}</strong> · {say(`state.${each.state}`)}
              {each.endedAt !== null && <span className="text-ink-soft"> · {formats.moment(each.endedAt, now)}</span>}
            </p>
            {each.how !== null && (
              <p className="text-small text-ink-soft">{say("by", { how: say(`how.${each.how}`), who: (each.by ?? "").split(":")[0]! })}</p>
            )}
            {each.state === "open" && (role === "support" || role === "admin") && (
              <span className="justify-self-start">
                <Button size="small" onPress={() => choose(each)}>
                  {say("attest")}
                </Button>
              </span>
            )}
          </li>
        ))}
      </ul>
      {chosen && <Attest parcel={parcel} condition={chosen} title={title(chosen)} onClose={() => choose(undefined)} />}
    </section>
  );
}

type How = Attestation["how"];

function Attest({ parcel, condition, title, onClose }: { parcel: string; condition: Condition; title: string; onClose: () => void }) {
  const say = useSay(words);
  const means: readonly How[] = condition.kind === "age_check" ? ageMeans : paymentMeans;
  const [how, setHow] = useState<How>(condition.kind === "age_check" ? "document_seen" : "bank_transfer");
  const said = (reason: string): Attestation => {
    if (condition.kind === "age_check") {
      const { kind, minimumAge, proxy } = condition;
      return { kind, minimumAge, proxy, reason, how: ageMeans.find((each) => each === how)! };
    }
    const { kind, amountMinor, currency } = condition;
    return { kind, amountMinor, currency, reason, how: paymentMeans.find((each) => each === how)! };
  };
  return (
    <ReasonDialog
      title={title}
      body={say(`means.${condition.kind}`)}
      verb={say("attest")}
      changes="conditions"
      onClose={onClose}
      act={(reason) => ask(conditions.parcels[":parcel"].attestations.$post({ param: { parcel }, json: said(reason) }))}
    >
      <label className="grid gap-1.5 text-small font-semibold">
        {say("how")}
        <select value={how} onChange={(event) => setHow(event.target.value as How)} className={`${fieldLook} font-normal`}>
          {means.map((each) => (
            <option key={each} value={each}>
              {say(`how.${each}`)}
            </option>
          ))}
        </select>
      </label>
    </ReasonDialog>
  );
}
