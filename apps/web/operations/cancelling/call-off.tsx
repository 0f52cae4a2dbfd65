import type { Cancellation } from "@pigeonhole/parcels/cancelling/contract";
import type { Parcel } from "@pigeonhole/parcels/contract";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useState } from "react";
import { cancellations } from "../../shell/api.ts";
import { useSession } from "../../shell/session.ts";
import { ReasonDialog } from "../reason-dialog.tsx";
import { words } from "./words.ts";

/** In these a parcel may still be called off; what follows is another thing in each. */
const possible = ["reserved", "shipped", "delivered", "stored"] as const;
type Possible = (typeof possible)[number];

/** Calls a parcel off, wherever it is: says what will happen before, and how far it has come after. */
export function CallOff({ parcel }: { parcel: Parcel }) {
  const say = useSay(words);
  const role = useSession().data?.role;
  const [isAsking, open] = useState(false);
  const [stands, setStands] = useState<Cancellation>();
  const state: Possible | undefined = parcel.recalledFor === null ? possible.find((each) => each === parcel.state) : undefined;
  if (stands)
    return (
      <Notice kind={stands.state === "parked" ? "warn" : "good"} title={say(`state.${stands.state}`)} announce>
        {say(stands.refundDue ? "refund" : "no_refund")}
      </Notice>
    );
  if (state === undefined || (role !== "support" && role !== "admin")) return null;
  return (
    <>
      <Button onPress={() => open(true)}>{say("call_off")}</Button>
      {isAsking && (
        <ReasonDialog
          isDangerous
          title={say("title")}
          body={say(`then.${state}`)}
          verb={say("call_off")}
          keep={say("keep")}
          changes="parcel"
          act={async (reason) =>
            setStands(await ask(cancellations.parcels[":id"].cancel.$post({ param: { id: parcel.id }, json: { reason } })))
          }
          onClose={() => open(false)}
        />
      )}
    </>
  );
}
