import { ask } from "@pigeonhole/ui/ask";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { diversions } from "../../shell/api.ts";
import { Check, Part } from "./fields.tsx";
import { words } from "./words-diversion.ts";

const diversionQuery = queryOptions({ queryKey: ["diversion"], queryFn: () => ask(diversions.my.diversion.$get()) });

/** Whether a courier who finds no room may bring the reader's parcels to a locker near by (N6): said once, it holds for all that come. */
export function Diversion() {
  const say = useSay(words);
  const client = useQueryClient();
  const known = useQuery(diversionQuery);
  const set = useMutation({
    mutationFn: (isOn: boolean) => ask(diversions.my.diversion.$put({ json: { diversion: isOn ? "near" : "never" } })),
    onSuccess: (answer) => client.setQueryData(diversionQuery.queryKey, answer),
  });
  if (known.isPending) return <Spinner />;
  if (!known.data) return <Failed error={known.error} onRetry={() => void known.refetch()} />;
  const said = known.data.diversion;
  return (
    <Part title={say("title")}>
      <Check
        label={say("near")}
        hint={say(said === null ? "hint.unsaid" : `hint.${said}`)}
        isOn={set.isPending ? set.variables : said !== "never"}
        onTurn={(isOn) => set.mutate(isOn)}
      />
      {set.isError && <Failed error={set.error} />}
      <p role="status" className="text-small text-ink-soft">
        {set.isSuccess ? say("saved") : ""}
      </p>
    </Part>
  );
}
