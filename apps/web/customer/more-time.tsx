import { ask, codeOf } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { ClockIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import type { Formats } from "@pigeonhole/ui/format";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import type { Parcel } from "@pigeonhole/parcels/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { extensions, newKey } from "../shell/api.ts";
import { words } from "./words-parcel.ts";

/** One tap more time for a parcel that waits, and the way to say that one is away (N8). */
export function MoreTime({ parcel, formats }: { parcel: Parcel; formats: Formats }) {
  const say = useSay(words);
  const queries = useQueryClient();
  // Kept while the same wish is tried again, so that it is granted once.
  const key = useRef<string>(undefined);
  const extend = useMutation({
    mutationFn: () => {
      key.current ??= newKey();
      return ask(
        extensions.parcels[":parcel"].extension.$post({ param: { parcel: parcel.id }, header: { "idempotency-key": key.current } }),
      );
    },
    onSuccess: () => {
      key.current = undefined;
      void queries.invalidateQueries({ queryKey: ["parcel", parcel.id] });
    },
  });
  if (!parcel.moreTime) return null;
  // The parcel itself hears of it a moment later.
  const { days } = parcel.moreTime;
  const left = Math.min(parcel.moreTime.left, extend.data?.left ?? parcel.moreTime.left);
  const refusal = codeOf(extend.error);
  return (
    <section className="grid gap-3">
      {extend.data && <Notice kind="good" title={say("more.taken", { until: formats.full(extend.data.expiresAt) })} announce />}
      {refusal === "too_late" || refusal === "no_more_time" ? (
        <Notice kind="warn" title={say(refusal === "too_late" ? "more.too_late" : "more.none")} announce />
      ) : (
        extend.isError && <Failed error={extend.error} />
      )}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {left > 0 && (
          <Button icon={<ClockIcon />} isPending={extend.isPending} onPress={() => extend.mutate()}>
            {say("more.take", { count: days })}
          </Button>
        )}
        <Link to="/away" className={look("quiet")}>
          {say("more.away")}
        </Link>
      </div>
      <p className="text-small text-ink-soft">
        {left > 0 ? say("more.left", { count: left }) : parcel.extensions.length > 0 && say("more.none")}
      </p>
    </section>
  );
}
