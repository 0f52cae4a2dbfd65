import { useQueryClient } from "@tanstack/react-query";
import { createContext, use, useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { systemNow } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import { LiveOffIcon } from "./icons.tsx";
import { useFormats, useSay } from "./language.tsx";
import { words } from "./words.ts";

declare module "@tanstack/react-query" {
  interface Register {
    /** `topics`: what an answer depends on when only the answer itself tells, e.g. the stations of a search. */
    queryMeta: { readonly topics?: (answer: unknown) => readonly string[] };
  }
}

/** Whether hints arrive, and since when they have not. */
export type Liveness = { readonly state: "live" } | { readonly state: "connecting" } | { readonly state: "off"; readonly since: Date };

interface Following {
  readonly liveness: Liveness;
  readonly follow: (topics: readonly string[]) => () => void;
}
const Hints = createContext<Following | undefined>(undefined);

/** Waits before trying again, in ms; the last one repeats. */
const backoffMs = [1_000, 2_000, 5_000, 15_000] as const;
/** Topics that begin or end within so many ms share one new connection. */
const settleMs = 50;

/**
 * One EventSource for the page. A hint names a topic ("parcel:…") and nothing else; every query whose key (or `meta.topics`) contains that
 * topic is asked again through its ordinary, authorised route. After a gap everything followed is asked again.
 */
export function ChangesProvider({ children, url = "/changes" }: { children: ReactNode; url?: string }) {
  const queries = useQueryClient();
  const counts = useRef(new Map<string, number>());
  const [topics, setTopics] = useState("");
  const [liveness, setLiveness] = useState<Liveness>({ state: "connecting" });

  const follow = useMemo(() => {
    let settled: (() => void) | undefined;
    const settle = () => {
      settled?.();
      settled = systemTimers.after(settleMs, () => setTopics([...counts.current.keys()].toSorted().join(" ")));
    };
    return (wanted: readonly string[]) => {
      for (const topic of wanted) counts.current.set(topic, (counts.current.get(topic) ?? 0) + 1);
      settle();
      return () => {
        for (const topic of wanted) {
          const left = (counts.current.get(topic) ?? 1) - 1;
          if (left === 0) counts.current.delete(topic);
          else counts.current.set(topic, left);
        }
        settle();
      };
    };
  }, []);

  useEffect(() => {
    if (topics === "") return;
    const followed = topics.split(" ");
    const askAgain = (about: readonly string[]) =>
      void queries.invalidateQueries({
        predicate: (query) =>
          about.some((topic) => query.queryKey.includes(topic) || query.meta?.topics?.(query.state.data).includes(topic)),
      });
    let attempt = 0;
    let hasGap = false;
    let source: EventSource | undefined;
    let cancel = () => {};
    const connect = () => {
      source = new EventSource(`${url}?${new URLSearchParams(followed.map((topic) => ["topic", topic]))}`);
      source.addEventListener("open", () => {
        attempt = 0;
        setLiveness({ state: "live" });
        if (hasGap) askAgain(followed);
        hasGap = false;
      });
      source.addEventListener("changed", ({ data }: MessageEvent<string>) => askAgain([data]));
      source.addEventListener("error", () => {
        source?.close();
        hasGap = true;
        setLiveness((was) => (was.state === "off" ? was : { state: "off", since: systemNow() }));
        cancel = systemTimers.after(backoffMs[Math.min(attempt++, backoffMs.length - 1)]!, connect);
      });
    };
    connect();
    return () => {
      cancel();
      source?.close();
    };
  }, [topics, url, queries]);

  const following = useMemo(() => ({ liveness, follow }), [liveness, follow]);
  return <Hints value={following}>{children}</Hints>;
}

/** Follows topics while the screen is shown; put the same strings into the query keys that depend on them. At most 50 a page. */
export function useChanges(topics: readonly string[]): Liveness {
  const following = use(Hints);
  if (!following) throw new Error("a screen outside ChangesProvider hears no changes");
  const { follow, liveness } = following;
  const key = topics.join(" ");
  useEffect(() => (key === "" ? undefined : follow(key.split(" "))), [key, follow]);
  return liveness;
}

/** "Not live since 14:05", and nothing at all while things are live. */
export function NotLive({ liveness }: { liveness: Liveness }) {
  const say = useSay(words);
  const formats = useFormats();
  return (
    <p
      role="status"
      className={liveness.state === "off" ? "flex items-center gap-2 rounded-medium bg-sunken px-3 py-2 text-small" : "sr-only"}
    >
      {liveness.state === "off" && (
        <>
          <LiveOffIcon />
          <span>{say("live.off", { since: formats.time(liveness.since) })}</span>
        </>
      )}
    </p>
  );
}
