import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { SearchIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState, type FormEvent, type RefObject } from "react";
import { Brand } from "../shell/brand.tsx";
import { Preferences } from "../shell/preferences.tsx";
import { useSession, useSignOut } from "../shell/session.ts";
import { To, useGo } from "../shell/to.tsx";
import { accountAt, auditAt, firmwareAt, home, keptAt, messagesAt, searchAt, shopsAt, tasksAt } from "./addresses.ts";
import { KeysDialog, useKeys } from "./keys.tsx";
import { SignIn } from "./sign-in.tsx";
import { words as searchWords } from "./words-search.ts";
import { words } from "./words.ts";

/** Before a required second factor is on there is no other place. */
const AccountPage = lazy(async () => ({ default: (await import("./account/page.tsx")).AccountPage }));
const link =
  "inline-flex min-h-11 items-center rounded-medium px-3 text-small font-semibold whitespace-nowrap text-ink no-underline hover:bg-sunken aria-[current=page]:text-accent aria-[current=page]:underline aria-[current=page]:decoration-2 aria-[current=page]:underline-offset-8";

/** Around every operator screen: search, the places, the shortcuts. */
export function Frame() {
  const say = useSay(words);
  const session = useSession();
  const go = useGo();
  const search = useRef<HTMLInputElement>(null);
  const [isHelpOpen, setHelp] = useKeys(search);
  const signOut = useSignOut(() => go(home));
  const isOperator = session.data?.kind === "operator";
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr_auto]">
      <header className="border-b border-line bg-surface print:hidden">
        <a
          href="#content"
          className="fixed start-2 top-2 z-50 -translate-y-20 rounded-medium bg-accent px-4 py-3 font-semibold text-on-accent focus:translate-y-0"
        >
          {say("skip")}
        </a>
        <div className="mx-auto flex max-w-[100rem] flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 py-2 lg:px-6">
          <To href={home} className="inline-flex min-h-11 items-center text-ink no-underline">
            <Brand suffix={say("app")} />
          </To>
          {isOperator && <Search box={search} />}
          {isOperator && (
            <nav className="-mx-3 flex flex-wrap items-center">
              <To href={home} className={link}>
                {say("nav.stations")}
              </To>
              <To href={tasksAt} className={link}>
                {say("nav.tasks")}
              </To>
              <To href={messagesAt} className={link}>
                {say("nav.messages")}
              </To>
              <To href={shopsAt} className={link}>
                {say("nav.shops")}
              </To>
              <To href={firmwareAt} className={link}>
                {say("nav.software")}
              </To>
              <To href={auditAt} className={link}>
                {say("nav.audit")}
              </To>
              <To href={keptAt} className={link}>
                {say("nav.kept")}
              </To>
              <To href={accountAt} className={link}>
                {say("nav.account")}
              </To>
              <Button look="quiet" size="small" onPress={() => setHelp(true)}>
                {say("nav.keys")}
              </Button>
              <Button look="quiet" size="small" isPending={signOut.isPending} onPress={() => signOut.mutate()}>
                {say("nav.signout")}
              </Button>
            </nav>
          )}
        </div>
      </header>
      <main id="content" tabIndex={-1} className="min-w-0 outline-none">
        {session.isPending ? (
          <Spinner />
        ) : session.isError ? (
          <div className="page py-6">
            <Failed heading error={session.error} onRetry={() => void session.refetch()} />
          </div>
        ) : session.data?.lacksSecondFactor ? (
          <Suspense fallback={<Spinner />}>
            <AccountPage />
          </Suspense>
        ) : isOperator ? (
          <Outlet />
        ) : (
          <SignIn isSomebodyElse={session.data !== null && session.data !== undefined} />
        )}
      </main>
      <footer className="border-t border-line print:hidden px-4 py-3 lg:px-6">
        <Preferences />
      </footer>
      <KeysDialog isOpen={isHelpOpen} onClose={() => setHelp(false)} />
    </div>
  );
}

/** A parcel number goes straight to its parcel, anything else is looked for among the stations. */
function Search({ box }: { box: RefObject<HTMLInputElement | null> }) {
  const say = useSay(searchWords);
  const go = useGo();
  const [text, type] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === "") return;
    go(searchAt(text.trim()));
    type("");
    box.current?.blur();
  };
  return (
    <form
      role="search"
      onSubmit={submit}
      className="order-last flex min-w-0 flex-1 basis-full items-center rounded-medium border border-line-strong bg-surface focus-within:outline-3 focus-within:outline-offset-1 focus-within:outline-focus md:order-none md:max-w-md md:basis-60"
    >
      <span className="ps-3 text-ink-soft">
        <SearchIcon />
      </span>
      <input
        ref={box}
        type="search"
        value={text}
        onChange={(event) => type(event.target.value)}
        aria-label={say("search.label")}
        placeholder={say("search.short")}
        enterKeyHint="search"
        className="min-h-11 w-full min-w-0 bg-transparent px-3 outline-none placeholder:text-ink-soft"
      />
      <kbd aria-hidden className="me-2 hidden rounded-small border border-line px-2 font-mono text-small text-ink-soft md:inline">
        /
      </kbd>
    </form>
  );
}
