import { ask } from "@pigeonhole/ui/ask";
import { Button, IconButton } from "@pigeonhole/ui/button.tsx";
import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { CloseIcon, WrenchIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { doorStateOf } from "@pigeonhole/ui/cabinet-geometry";
import { words as shared } from "@pigeonhole/ui/words";
import type { Station } from "@pigeonhole/network/contract";
import { useMutation, useQueryClient, type QueryFunction } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { network } from "../shell/api.ts";
import { useSession } from "../shell/session.ts";
import { To, useQueryWord } from "../shell/to.tsx";
import { AskToOpen } from "./openings/ask-button.tsx";
import { parcelAt } from "./addresses.ts";
import type { compartmentsQuery } from "./queries.ts";
import { words } from "./words.ts";

type Compartment =
  ReturnType<typeof compartmentsQuery> extends { queryFn?: infer F }
    ? F extends QueryFunction<(infer C)[], never, never>
      ? C
      : F extends (...given: never[]) => Promise<(infer C)[]>
        ? C
        : never
    : never;

/** What is in one door, and what may be done with it. */
export function DoorPanel({ station, door, onClose }: { station: Station; door: Compartment; onClose: () => void }) {
  const say = useSay(words);
  const sayShared = useSay(shared);
  const session = useSession().data;
  const [, filter] = useQueryWord("compartment");
  const [isAsking, setAsking] = useState(false);
  // A door with a parcel in it stays occupied until it is empty; the wish is the station's already.
  const isOut = station.maintenance.includes(door.compartment);
  return (
    <section aria-live="polite" className="card grid gap-3 border-2 border-accent! p-4 lg:p-5">
      <div className="flex items-start justify-between gap-3">
        <h2 className="text-title">{say("door.title", { door: door.compartment })}</h2>
        <IconButton label={say("door.close")} onPress={onClose}>
          <CloseIcon />
        </IconButton>
      </div>
      <p className="text-lead font-semibold first-letter:uppercase">
        {sayShared(`state.${doorStateOf(door.state)}`)}, {sayShared(`size.${door.size}`)}
      </p>
      {isOut && door.state !== "maintenance" && <p className="font-semibold text-warn">{say("maintenance.waits")}</p>}
      {door.walkUp && <p className="text-small text-ink-soft">{say("door.walk_up")}</p>}
      {door.parcel === null && door.reservation === null && <p className="text-ink-soft">{say("door.free")}</p>}
      {door.parcels.map((parcel) => (
        <p key={parcel}>
          <To href={parcelAt(parcel)} className="text-accent underline underline-offset-4">
            {say("door.parcel")}
          </To>
        </p>
      ))}
      <div className="flex flex-wrap gap-2">
        <Button
          size="small"
          onPress={() => {
            filter(String(door.compartment));
            document.getElementById("log")?.scrollIntoView();
          }}
        >
          {say("door.events")}
        </Button>
        <AskToOpen station={station.id} door={door.compartment} parcel={door.parcel} />
        {session?.role === "admin" && (
          <Button size="small" icon={<WrenchIcon size={16} />} onPress={() => setAsking(true)}>
            {say(isOut ? "maintenance.off" : "maintenance.on")}
          </Button>
        )}
      </div>
      {session?.role !== "admin" && <p className="text-small text-ink-soft">{say("maintenance.admin_only")}</p>}
      <MaintenanceDialog station={station} door={door} isOn={isOut} isOpen={isAsking} onClose={() => setAsking(false)} />
    </section>
  );
}

/** The shortest reason that somebody else can use. */
const leastReason = 3;

function MaintenanceDialog({
  station,
  door,
  isOn,
  isOpen,
  onClose,
}: {
  station: Station;
  door: Compartment;
  isOn: boolean;
  isOpen: boolean;
  onClose: () => void;
}) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const change = useMutation({
    mutationFn: () =>
      ask(
        network.stations[":station"].compartments[":compartment"].state.$put({
          param: { station: station.id, compartment: String(door.compartment) },
          json: { state: isOn ? "in_service" : "maintenance", reason: reason.trim() },
        }),
      ),
    onSuccess: async () => {
      onClose();
      setReason("");
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["compartments", `station:${station.id}`] }),
        queries.invalidateQueries({ queryKey: ["station", `station:${station.id}`] }),
      ]);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim().length >= leastReason) change.mutate();
  };
  const gaps = { door: door.compartment };
  return (
    <Dialog title={isOn ? say("maintenance.off_title", gaps) : say("maintenance.on_title", gaps)} isOpen={isOpen} onClose={onClose}>
      <form onSubmit={submit} className="grid gap-4">
        <p>{isOn ? say("maintenance.off_body", { station: station.name }) : say("maintenance.on_body", { station: station.name })}</p>
        <TextField
          label={say("maintenance.reason")}
          hint={say("maintenance.reason_hint")}
          value={reason}
          onChange={setReason}
          maxLength={200}
          autoFocus
        />
        {change.isError && <Failed error={change.error} />}
        <Button
          type="submit"
          look={isOn ? "primary" : "danger"}
          wide
          isPending={change.isPending}
          isDisabled={reason.trim().length < leastReason}
        >
          {say(isOn ? "maintenance.off" : "maintenance.on")}
        </Button>
        <Button wide onPress={onClose}>
          {say("maintenance.cancel")}
        </Button>
      </form>
    </Dialog>
  );
}
