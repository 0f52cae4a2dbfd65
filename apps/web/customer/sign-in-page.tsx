import { useSay } from "@pigeonhole/ui/language.tsx";
import { useNavigate } from "@tanstack/react-router";
import { SignIn } from "./sign-in.tsx";
import { words } from "./words-hold.ts";

/** The sign-in as a page, or a part of one, in place of what only its owner may see. */
export function SignInPage({ why, onDone, isPart = false }: { why: string; onDone: () => void; isPart?: boolean }) {
  const say = useSay(words);
  const Title = isPart ? "h2" : "h1";
  return (
    <div className="page py-8 sm:py-16">
      <div className="card mx-auto grid max-w-md gap-4 p-6">
        <Title className="text-title">{say("signin.title")}</Title>
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
