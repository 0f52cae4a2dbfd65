import type { Breach } from "@pigeonhole/invariants/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { invariants } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { invariantsQuery } from "../queries.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { Section, Task } from "./section.tsx";
import { words } from "./words-broken.ts";

/** What always has to hold and does not (I-75): somebody looks into it before anything else. */
export function Broken() {
  const say = useSay(words);
  const formats = useFormats();
  const now = useNow(10_000);
  const isAdmin = useSession().data?.role === "admin";
  const [settled, settle] = useState<Breach>();
  const answer = useQuery(invariantsQuery);
  const list = { ...answer, data: answer.data?.breaches.filter(({ endedAt }) => endedAt === null) };
  const { count = 0, lookedAt = null } = answer.data ?? {};
  const none = lookedAt === null ? say("not_yet") : say("none", { count, when: formats.relative(lookedAt, now) });
  return (
    <Section id="broken" list={list} none={none} about={say("about")} title={say("title", { count: list.data?.length ?? 0 })}>
      {(items) => (
        <>
          <ul className="grid gap-3">
            {items.map((each) => (
              <Task
                key={each.id}
                actions={
                  isAdmin && (
                    <Button size="small" onPress={() => settle(each)}>
                      {say("settle")}
                    </Button>
                  )
                }
              >
                <b className="text-bad">{say("holds", { says: each.says })}</b>
                <span className="font-mono wrap-anywhere">{each.what}</span>
                <span className="text-small text-ink-soft">
                  {each.invariant}, <time dateTime={each.seenAt}>{say("since", { when: formats.moment(each.seenAt, now) })}</time>
                </span>
              </Task>
            ))}
          </ul>
          {!isAdmin && <p className="text-small text-ink-soft">{say("admin_only")}</p>}
          {settled && (
            <ReasonDialog
              changes="invariants"
              title={say("settle.title")}
              body={say("settle.body")}
              verb={say("settle")}
              act={(note) => ask(invariants.invariants.breaches[":breach"].settle.$post({ param: { breach: settled.id }, json: { note } }))}
              onClose={() => settle(undefined)}
            />
          )}
        </>
      )}
    </Section>
  );
}
