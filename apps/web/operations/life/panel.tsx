import { stationMoves, type StationStatus } from "@pigeonhole/network/lifecycle";
import type { Station } from "@pigeonhole/network/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { network } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { Lacks } from "../acceptance/lacks.tsx";
import { acceptanceQuery } from "../acceptance/queries.ts";
import { words as acceptanceWords } from "../acceptance/words.ts";
import { words as operations } from "../words.ts";
import { words } from "./words.ts";

/** What is in a station, and what waits for it. */
export interface Stakes {
  readonly orders: number;
  readonly inside: number;
}

/** Where the station stands in its life, and the moves that the table allows from there. */
export function LifePanel({ station, stakes }: { station: Station; stakes: Stakes | undefined }) {
  const say = useSay(words);
  const sayState = useSay(operations);
  const isAdmin = useSession().data?.role === "admin";
  const [wish, setWish] = useState<StationStatus>();
  const moves = stationMoves[station.status];
  return (
    <section className="card grid gap-3 p-4 lg:p-5">
      <h2 className="text-title">{say("title")}</h2>
      <p>{say("now", { state: sayState(`status.${station.status}`) })}</p>
      {moves.length === 0 && <p className="text-ink-soft">{say("final")}</p>}
      {moves.length > 0 && !isAdmin && <p className="text-small text-ink-soft">{say("admin_only")}</p>}
      {isAdmin && (
        <div className="flex flex-wrap gap-2">
          {moves.map((to) => (
            <Button key={to} size="small" look={to === "decommissioned" ? "danger" : "plain"} onPress={() => setWish(to)}>
              {say(to)}
            </Button>
          ))}
        </div>
      )}
      {wish && <MoveDialog key={wish} station={station} to={wish} stakes={stakes} onClose={() => setWish(undefined)} />}
    </section>
  );
}

const leastReason = 3;

function MoveDialog({
  station,
  to,
  stakes,
  onClose,
}: {
  station: Station;
  to: StationStatus;
  stakes: Stakes | undefined;
  onClose: () => void;
}) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [inspection, setInspection] = useState("");
  const needsInspection = to === "active" && station.suspendedFor === "tamper";
  const acceptance = useQuery({ ...acceptanceQuery(station.id), enabled: to === "active" });
  const sayAcceptance = useSay(acceptanceWords);
  const [waiver, setWaiver] = useState("");
  const lacks = to === "active" && acceptance.data && acceptance.data.waiver === null ? acceptance.data.lacks : [];
  const needsWaiver = lacks.length > 0;
  const isReady =
    reason.trim().length >= leastReason &&
    (!needsWaiver || waiver.trim().length >= leastReason) &&
    (!needsInspection || inspection.trim().length >= leastReason);
  const move = useMutation({
    mutationFn: () =>
      ask(
        network.stations[":station"].moves.$post({
          param: { station: station.id },
          json: {
            to,
            reason: reason.trim(),
            ...(needsInspection && { inspection: inspection.trim() }),
            ...(needsWaiver && { waiver: waiver.trim() }),
          },
        }),
      ),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries({ queryKey: ["station", `station:${station.id}`] });
      await queries.invalidateQueries({ queryKey: ["acceptance", `station:${station.id}`] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) move.mutate();
  };
  const isEnd = to === "decommissioned";
  return (
    <Dialog title={say(to)} isOpen onClose={onClose} mustAnswer={isEnd}>
      <form onSubmit={submit} className="grid gap-4">
        <p>{say(`does.${to}`, { station: station.name })}</p>
        {isEnd && stakes && stakes.orders > 0 && <p className="font-semibold text-warn">{say("orders", { count: stakes.orders })}</p>}
        {isEnd && stakes && stakes.inside > 0 && <p className="font-semibold text-bad">{say("inside", { count: stakes.inside })}</p>}
        {isEnd && stakes?.orders === 0 && stakes.inside === 0 && <p>{say("empty")}</p>}
        {needsWaiver && (
          <>
            <Notice kind="warn" title={sayAcceptance("lacking")}>
              <Lacks lacks={lacks} />
            </Notice>
            <TextField
              label={sayAcceptance("without")}
              hint={sayAcceptance("without_hint")}
              value={waiver}
              onChange={setWaiver}
              maxLength={200}
            />
          </>
        )}
        {needsInspection && (
          <TextField
            label={say("inspection")}
            hint={say("inspection_hint")}
            value={inspection}
            onChange={setInspection}
            maxLength={500}
            autoFocus
          />
        )}
        <TextField
          label={say("reason")}
          hint={say("reason_hint")}
          value={reason}
          onChange={setReason}
          maxLength={200}
          autoFocus={!needsInspection}
        />
        {move.isError && <Failed error={move.error} />}
        <Button type="submit" look={isEnd ? "danger" : "primary"} wide isPending={move.isPending} isDisabled={!isReady}>
          {say(to)}
        </Button>
        <Button wide onPress={onClose}>
          {say("leave")}
        </Button>
      </form>
    </Dialog>
  );
}
