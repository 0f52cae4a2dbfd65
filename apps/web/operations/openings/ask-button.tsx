import { approvalMinutes } from "@pigeonhole/access/staff/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useState } from "react";
import { staffOpenings } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { words } from "./words.ts";

/** Asks for a second person to open a door; for those who may. */
export function AskToOpen({ station, door, parcel }: { station: string; door: number; parcel: string | null }) {
  const say = useSay(words);
  const role = useSession().data?.role;
  const [isAsking, setAsking] = useState(false);
  if (role !== "support" && role !== "admin") return null;
  return (
    <>
      <Button size="small" onPress={() => setAsking(true)}>
        {say("ask")}
      </Button>
      {isAsking && (
        <ReasonDialog
          title={say("ask.title", { door })}
          body={say("ask.body", { minutes: approvalMinutes })}
          verb={say("ask.verb")}
          changes="openings"
          act={(reason) =>
            ask(
              staffOpenings.stations[":station"].compartments[":compartment"].openings.$post({
                param: { station, compartment: String(door) },
                json: { parcel, reason },
              }),
            )
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}
