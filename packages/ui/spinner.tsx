import { useWait } from "./clock.ts";
import { Button } from "./button.tsx";
import { useSay } from "./language.tsx";
import { Turning } from "./turning.tsx";
import { words } from "./words.ts";

export interface SpinnerProps {
  /** Shown after 2 s: what is being waited for, in the reader's words. */
  readonly why?: string;
  /** Offered after 10 s. */
  readonly onRetry?: () => void;
}

/** Waiting: invisible for 300 ms, explained after 2 s, with a way out after 10 s. Takes its room at once, so that nothing jumps. */
export function Spinner({ why, onRetry }: SpinnerProps) {
  const say = useSay(words);
  const wait = useWait(true);
  return (
    <div role="status" data-waiting className="grid min-h-32 place-items-center content-center gap-3 p-6 text-center text-ink-soft">
      {wait !== "brief" && <Turning size={28} />}
      {wait === "shown" && <span className="sr-only">{say("wait.shown")}</span>}
      {(wait === "explained" || wait === "stuck") && <p>{why ?? say("wait.explained")}</p>}
      {wait === "stuck" && (
        <>
          <p>{say("wait.stuck")}</p>
          {onRetry && <Button onPress={onRetry}>{say("retry")}</Button>}
        </>
      )}
    </div>
  );
}
