import { useSay } from "@pigeonhole/ui/language.tsx";
import { useNavigate } from "@tanstack/react-router";
import { SignIn } from "./sign-in.tsx";
import { words } from "./words-hold.ts";

/** The sign-in as a page, in place of what only its owner may see. */
export function SignInPage({ why, onDone }: { why: string; onDone: () => void }) {
  const say = useSay(words);
  return (
    <div className="page py-8 sm:py-16">
      <div className="card mx-auto grid max-w-md gap-4 p-6">
        <h1 className="text-title">{say("signin.title")}</h1>
        <SignIn why={why} onDone={onDone} />
      </div>
    </div>
  );
}

export function SignInRoute() {
  const say = useSay(words);
  const navigate = useNavigate();
  return <SignInPage why={say("signin.why_parcels")} onDone={() => void navigate({ to: "/parcels", replace: true })} />;
}
