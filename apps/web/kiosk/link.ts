import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import type { Kiosk, KioskState } from "@pigeonhole/station/kiosk/contract";
import { ask } from "@pigeonhole/ui/ask";
import { changesUrl, station } from "./api.ts";

/** The station's process is asked for a sign of life this often; after so long without one the screen says so. Milliseconds. */
const lifeMs = { every: 3_000, patience: 2_500, lost: 7_000 } as const;
const reconnectMs = 1_000;

export interface Link {
  readonly state: KioskState | undefined;
  readonly kiosk: Kiosk | undefined;
  readonly isLost: boolean;
  /** A newer state that came as an answer. */
  readonly take: (state: KioskState) => void;
}

/** Follows the station: its stream of states, and a question now and then, so that a hanging process is noticed too. */
export function useStation(): Link {
  const [state, set] = useState<KioskState>();
  const [isLost, setLost] = useState(false);
  const heardAtMs = useRef(systemMonotonic());
  const isFirst = useRef(true);

  // A station that starts again counts from the beginning: the first state of a connection replaces whatever was there.
  const take = useCallback((next: KioskState) => {
    heardAtMs.current = systemMonotonic();
    setLost(false);
    const replaces = isFirst.current;
    isFirst.current = false;
    set((before) => (before === undefined || replaces || next.revision >= before.revision ? next : before));
  }, []);

  useEffect(() => {
    let source: EventSource;
    let cancel = () => {};
    const connect = () => {
      isFirst.current = true;
      source = new EventSource(changesUrl);
      source.addEventListener("state", ({ data }: MessageEvent<string>) => take(JSON.parse(data) as KioskState));
      source.addEventListener("error", () => {
        source.close();
        cancel();
        cancel = systemTimers.after(reconnectMs, connect);
      });
    };
    connect();
    const stop = systemTimers.every(lifeMs.every, () => {
      void ask(station.state.$get(undefined, { init: { signal: AbortSignal.timeout(lifeMs.patience) } })).then(take, () => {
        if (systemMonotonic() - heardAtMs.current >= lifeMs.lost) setLost(true);
      });
    });
    return () => {
      stop();
      cancel();
      source.close();
    };
  }, [take]);

  const kiosk = useQuery({
    queryKey: ["kiosk", state?.kioskRevision],
    enabled: state !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    placeholderData: (before) => before,
    queryFn: () => ask(station.$get()),
  }).data;
  return { state, kiosk, isLost, take };
}
