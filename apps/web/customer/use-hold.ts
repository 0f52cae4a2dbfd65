import { ask } from "@pigeonhole/ui/ask";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { newKey, reservations } from "../shell/api.ts";
import { reservationQuery } from "./queries.ts";
import { parcelOf, type Wish } from "./wish.ts";

/** Holds a door. One press, one key: a retry of the same press takes effect once; another press is another wish. */
export function useHold(station: string) {
  const queries = useQueryClient();
  const attempt = useRef<{ wish: string; key: string }>(undefined);
  return useMutation({
    mutationFn: (wish: Wish) => {
      const parcel = parcelOf(wish);
      const about = JSON.stringify([station, parcel]);
      if (attempt.current?.wish !== about) attempt.current = { wish: about, key: newKey() };
      const { key } = attempt.current;
      return ask(
        reservations.stations[":station"].holds.$post({
          param: { station },
          header: { "idempotency-key": key },
          json: { orderId: `web-${key}`, ...parcel },
        }),
      );
    },
    onSuccess: (held) => {
      attempt.current = undefined;
      queries.setQueryData(reservationQuery(held.id).queryKey, held);
      void queries.invalidateQueries({ queryKey: ["search"] });
    },
  });
}
