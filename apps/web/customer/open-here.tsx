import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { DoorIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Standing } from "@pigeonhole/access/phone/contract";
import { phone } from "../shell/api.ts";
import { pickupQuery } from "./queries.ts";
import { whereAmI } from "./where-am-i.ts";
import { words } from "./words-open.ts";

const digits = 4;
/** After these the number on the locker's screen is what helps. */
const wantsNumber: ReadonlySet<string | undefined> = new Set(["not_there", "number_wrong"]);

/** Opens the door from here, for whoever stands before it. The code above opens it too, whatever this says. */
export function OpenHere({
  parcel,
  open,
}: {
  parcel: string;
  open?: (standing: Standing) => Promise<{ outcome: string; reason: string | null }>;
}) {
  const say = useSay(words);
  const queries = useQueryClient();
  const [number, setNumber] = useState("");
  const [asksNumber, askNumber] = useState(false);
  const tap = useMutation({
    mutationFn: async () => {
      const position = number.length === digits ? undefined : await whereAmI();
      const standing: Standing = { ...(position && { position }), ...(number.length === digits && { number }) };
      return open ? open(standing) : ask(phone.parcels[":parcel"].open.$post({ param: { parcel }, json: standing }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: pickupQuery(parcel).queryKey }),
    onError: (error) => {
      if (wantsNumber.has(codeOf(error))) askNumber(true);
    },
  });
  const code = codeOf(tap.error);
  const refused = tap.data?.outcome === "refused" ? tap.data : undefined;
  return (
    <section className="grid gap-3" aria-labelledby="open-here">
      <h2 id="open-here" className="text-title">
        {say("open.title")}
      </h2>
      {tap.data?.outcome === "opened" && (
        <Notice kind="good" title={say("open.opened")} announce>
          {say("open.opened_body")}
        </Notice>
      )}
      {tap.data?.outcome === "unknown" && (
        <Notice kind="warn" title={say("open.unknown")} announce>
          {say("open.unknown_body")}
        </Notice>
      )}
      {refused && (
        <Notice kind="warn" title={say("open.refused")} announce>
          {say(refused.reason === "door_open" || refused.reason === "busy" ? "open.refused_busy" : "open.refused_body")}
        </Notice>
      )}
      {code === "too_many_requests" && (
        <Notice kind="warn" title={say("open.often")} announce>
          {say("open.often_body")}
        </Notice>
      )}
      {code === "station_unreachable" && (
        <Notice kind="offline" title={say("open.away")} announce>
          {say("open.away_body")}
        </Notice>
      )}
      {code === "condition_open" && <Notice kind="warn" title={say("open.condition")} announce />}
      {tap.isError && !wantsNumber.has(code) && !["too_many_requests", "station_unreachable", "condition_open"].includes(code ?? "") && (
        <Failed error={tap.error} />
      )}
      {tap.data?.outcome !== "opened" && (
        <form
          noValidate
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            tap.mutate();
          }}
        >
          {asksNumber && (
            <TextField
              label={say("open.number")}
              hint={say("open.number_hint")}
              error={code === "number_wrong" ? say("open.number_wrong") : undefined}
              value={number}
              onChange={(text) => setNumber(text.replaceAll(/\D/g, "").slice(0, digits))}
              inputMode="numeric"
              autoComplete="off"
              code
              autoFocus
            />
          )}
          {code === "not_there" && <p role="status">{say("open.not_there")}</p>}
          <Button type="submit" size="large" wide icon={<DoorIcon />} isPending={tap.isPending}>
            {say("open.button")}
          </Button>
        </form>
      )}
      <p className="text-small text-ink-soft">{say("open.how")}</p>
    </section>
  );
}
