import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import type { ReactNode } from "react";
import { useSession } from "../shell/session.ts";
import { SignInPage } from "./sign-in-page.tsx";

/**
 * A page of somebody's own: whoever has not signed in is asked to, before anything is asked for that would be refused. Without a network, what is
 * kept on this device is shown to whoever holds it.
 */
export function Mine({ why, children, isPart = false }: { why: string; children: ReactNode; isPart?: boolean }) {
  const session = useSession();
  if (session.isPending && navigator.onLine) return <Spinner onRetry={() => void session.refetch()} />;
  if (session.data === null) return <SignInPage why={why} onDone={() => void session.refetch()} isPart={isPart} />;
  return children;
}
