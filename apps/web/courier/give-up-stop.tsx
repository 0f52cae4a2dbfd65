import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { stopReasons, type StopReason } from "@pigeonhole/couriers/mistakes/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { couriers } from "../shell/api.ts";
import type { Stop } from "./progress.ts";
import { routeQuery } from "./queries.ts";
import { words } from "./words-wrong.ts";

/** Nothing can be put in at this stop: one reason, and its parcels go back with the courier. */
export function GiveUpStop({ route, stop }: { route: string; stop: Stop }) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const giveUp = useMutation({
    mutationFn: (reason: StopReason) =>
      ask(couriers.routes[":id"].stops[":station"]["give-up"].$post({ param: { id: route, station: stop.station }, json: { reason } })),
    onSuccess: async () => {
      setOpen(false);
      await queries.invalidateQueries({ queryKey: routeQuery.queryKey });
    },
  });
  return (
    <>
      <Button look="quiet" wide onPress={() => setOpen(true)}>
        {say("stop.give_up")}
      </Button>
      <Dialog title={say("stop.give_up")} isOpen={isOpen} onClose={() => setOpen(false)}>
        <div className="grid gap-3">
          <p>{say("stop.given_up")}</p>
          {giveUp.isError && <Failed error={giveUp.error} />}
          {stopReasons.map((reason) => (
            <Button key={reason} size="large" wide isDisabled={giveUp.isPending} onPress={() => giveUp.mutate(reason)}>
              {say(`stop.${reason}`)}
            </Button>
          ))}
        </div>
      </Dialog>
    </>
  );
}
