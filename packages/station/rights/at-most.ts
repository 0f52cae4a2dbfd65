import type { Now } from "@pigeonhole/kit/clock";

const minuteMs = 60_000;

/** Says yes at most `perMinute` times in any minute: what strangers can cause without end is not written down without end. */
export function atMost(perMinute: number, now: Now): () => boolean {
  let times: number[] = [];
  return () => {
    const nowMs = now().getTime();
    times = times.filter((at) => Math.abs(nowMs - at) < minuteMs);
    if (times.length >= perMinute) return false;
    times.push(nowMs);
    return true;
  };
}
