import { useSay } from "@pigeonhole/ui/language.tsx";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Brand } from "../shell/brand.tsx";
import { Preferences } from "../shell/preferences.tsx";
import { useSession, useSignOut } from "../shell/session.ts";
import { forgetKept } from "../shell/kept.ts";
import { endTelling } from "./push.ts";
import { words } from "./words.ts";

const link =
  "inline-flex min-h-11 items-center rounded-medium px-3 text-small font-semibold whitespace-nowrap text-ink no-underline hover:bg-sunken aria-[current=page]:text-accent";

/** What surrounds every customer screen. */
export function Frame() {
  const say = useSay(words);
  const session = useSession();
  const navigate = useNavigate();
  const signOut = useSignOut(() => {
    forgetKept();
    void endTelling();
    void navigate({ to: "/" });
  });
  const content = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const before = useRef(path);
  useEffect(() => {
    // A screen reader hears that the page is another one; the first page is announced by the browser itself.
    if (before.current !== path) content.current?.focus({ preventScroll: true });
    before.current = path;
  }, [path]);
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr_auto]">
      <a
        href="#content"
        className="sr-only rounded-medium bg-accent px-4 py-3 font-semibold text-on-accent focus:not-sr-only focus:fixed focus:start-2 focus:top-2 focus:z-50 focus:px-4 focus:py-3"
      >
        {say("nav.skip")}
      </a>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-[90rem] items-center justify-between gap-2 py-2 ps-4 pe-1 sm:pe-4 lg:px-6">
          <Link to="/" className="inline-flex min-h-11 items-center text-ink no-underline">
            <Brand />
          </Link>
          <nav className="flex items-center">
            <Link to="/parcels" className={link}>
              {say("nav.parcels")}
            </Link>
            {session.data ? (
              <Button look="quiet" size="small" isPending={signOut.isPending} onPress={() => signOut.mutate()}>
                {say("nav.signout")}
              </Button>
            ) : (
              session.data === null && (
                <Link to="/sign-in" className={link}>
                  {say("nav.signin")}
                </Link>
              )
            )}
          </nav>
        </div>
      </header>
      <main id="content" ref={content} tabIndex={-1} className="min-w-0 outline-none">
        <Outlet />
      </main>
      <footer className="border-t border-line">
        <div className="mx-auto flex max-w-[90rem] flex-wrap items-center justify-between gap-x-6 gap-y-3 px-4 py-4 lg:px-6">
          <Preferences />
          <p className="text-small text-ink-soft">
            {say("foot.places")}{" "}
            <a href="https://www.geonames.org" className="text-ink-soft underline underline-offset-4">
              GeoNames
            </a>{" "}
            (CC BY 4.0)
          </p>
        </div>
      </footer>
    </div>
  );
}
