import { Button } from "./button.tsx";
import { Denied, Unreachable } from "./ask.ts";
import { useSay } from "./language.tsx";
import { Notice } from "./notice.tsx";
import { words } from "./words.ts";

export interface FailedProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  /** There is nothing else on the page: it is called what is said here. */
  readonly heading?: boolean;
}

/** What a failed request means and what to do about it. Codes that a screen knows better are said by that screen before it comes here. */
export function Failed({ error, onRetry, heading = false }: FailedProps) {
  const say = useSay(words);
  const retry = onRetry && (
    <Button size="small" onPress={onRetry}>
      {say("retry")}
    </Button>
  );
  if (error instanceof Unreachable)
    return (
      <Notice kind="offline" title={say("offline.title")} actions={retry} announce heading={heading}>
        {say("offline.body")}
      </Notice>
    );
  if (error instanceof Denied) {
    const { code, status, retryAfterSeconds } = error.problem;
    if (code === "too_many_requests")
      return (
        <Notice kind="warn" title={say("failed.title")} actions={retry} announce heading={heading}>
          {say("failed.limited", { seconds: Number(retryAfterSeconds ?? 60) })}
        </Notice>
      );
    if (status === 401)
      return (
        <Notice kind="warn" title={say("failed.title")} announce heading={heading}>
          {say("failed.signed_out")}
        </Notice>
      );
    if (status === 404)
      return (
        <Notice kind="error" title={say("failed.title")} heading={heading}>
          {say("failed.not_found")}
        </Notice>
      );
  }
  return (
    <Notice kind="error" title={say("failed.title")} actions={retry} heading={heading}>
      {say("failed.body")}
    </Notice>
  );
}
