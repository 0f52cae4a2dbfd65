import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { AlarmIcon, CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useConfig } from "../shell/config.ts";
import { useSession } from "../shell/session.ts";
import { beginTelling, endTelling, readTelling } from "./push.ts";
import { words } from "./words-push.ts";

/** Offers to tell on this device what else is sent by e-mail; nothing where server or browser cannot. */
export function TellMe() {
  const say = useSay(words);
  const { demo } = useConfig();
  const customer = useSession().data?.id;
  const telling = useQuery({
    queryKey: ["telling", customer],
    queryFn: () => readTelling(customer!),
    enabled: customer !== undefined,
    retry: false,
  });
  const begin = useMutation({ mutationFn: () => beginTelling(customer!), onSettled: () => telling.refetch() });
  const end = useMutation({ mutationFn: endTelling, onMutate: () => begin.reset(), onSettled: () => telling.refetch() });
  if (telling.data === undefined || telling.data === "impossible") return null;
  if (telling.data === "on") {
    return (
      <div className="grid justify-items-start gap-1">
        <p role="status" className="flex min-h-11 flex-wrap items-center gap-x-2">
          <span className="text-good">
            <CheckIcon />
          </span>
          {say("push.on")}
          <Button look="quiet" size="small" isPending={end.isPending} onPress={() => end.mutate()}>
            {say("push.stop")}
          </Button>
        </p>
        {demo && <p className="text-small text-ink-soft">{say("push.demo")}</p>}
      </div>
    );
  }
  return (
    <div className="grid gap-3">
      <span className="-ms-4">
        <Button look="quiet" icon={<AlarmIcon />} isPending={begin.isPending} onPress={() => begin.mutate()}>
          {say("push.offer")}
        </Button>
      </span>
      {begin.data === "denied" && (
        <Notice kind="info" title={say("push.denied")} announce>
          {say("push.denied_body")}
        </Notice>
      )}
      {begin.data === "unavailable" && (
        <Notice kind="info" title={say("push.unavailable")} announce>
          {say("push.unavailable_body")}
        </Notice>
      )}
      {begin.isError && <Failed error={begin.error} />}
    </div>
  );
}
