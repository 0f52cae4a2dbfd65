import { Unreachable } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { CloudOffIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { Outlet } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { Brand } from "../shell/brand.tsx";
import { forgetKept, keep, readKept } from "../shell/kept.ts";
import { Preferences } from "../shell/preferences.tsx";
import { useSession, useSignOut } from "../shell/session.ts";
import { allowSound } from "../shell/sound.ts";
import { To, useGo } from "../shell/to.tsx";
import { SignIn } from "./sign-in.tsx";
import { useSendUnsent, useUnsent } from "./unsent.ts";
import { words } from "./words.ts";

const sessionName = "courier:session";

const online = (listener: () => void) => {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
};
const useOnline = () => useSyncExternalStore(online, () => navigator.onLine);

/** Around every courier screen: what is still to be sent, and who is signed in. */
export function Frame() {
  const say = useSay(words);
  const session = useSession();
  const go = useGo();
  const signOut = useSignOut(() => {
    forgetKept();
    go("/courier/");
  });
  const signedIn = session.data?.kind === "courier" ? session.data : undefined;
  // Without a network the one who signed in last on this phone goes on; the server checks each word when it gets it.
  const isCourier =
    signedIn !== undefined ||
    ((session.error instanceof Unreachable || (session.isPending && !navigator.onLine)) && readKept(sessionName) !== undefined);
  useEffect(() => {
    if (signedIn) keep(sessionName, signedIn);
  }, [signedIn]);
  useEffect(() => {
    addEventListener("pointerdown", allowSound, { capture: true, once: true });
    return () => removeEventListener("pointerdown", allowSound, { capture: true });
  }, []);
  return (
    <div className="grid min-h-dvh grid-rows-[auto_auto_1fr_auto]">
      <header className="flex items-center justify-between gap-2 border-b border-line bg-surface px-4 py-1.5">
        <To href="/courier/" className="inline-flex min-h-11 items-center text-ink no-underline">
          <Brand suffix={say("app")} />
        </To>
        {isCourier && (
          <Button look="quiet" size="small" isPending={signOut.isPending} onPress={() => signOut.mutate()}>
            {say("signin.out")}
          </Button>
        )}
      </header>
      <Connection />
      <main className="grid min-w-0">
        {session.isPending && !isCourier ? (
          <Spinner />
        ) : session.isError && !isCourier ? (
          <div className="page py-6">
            <Failed heading error={session.error} onRetry={() => void session.refetch()} />
          </div>
        ) : isCourier ? (
          <Outlet />
        ) : (
          <SignIn isSomebodyElse={session.data !== null && session.data !== undefined} />
        )}
      </main>
      {!isCourier && (
        <footer className="border-t border-line px-4 py-3">
          <Preferences />
        </footer>
      )}
    </div>
  );
}

function Connection() {
  const say = useSay(words);
  const isOnline = useOnline();
  const unsent = useUnsent();
  useSendUnsent();
  return (
    <div role="status">
      {(!isOnline || unsent.length > 0) && (
        <div className="flex gap-3 bg-warn-soft px-4 py-3 text-warn">
          <CloudOffIcon />
          <div className="grid gap-0.5">
            {!isOnline && <p className="font-semibold">{say("offline.title")}</p>}
            {!isOnline && <p className="text-ink">{say("offline.body")}</p>}
            {unsent.length > 0 && <p className="font-semibold">{say("unsent", { count: unsent.length })}</p>}
          </div>
        </div>
      )}
    </div>
  );
}
