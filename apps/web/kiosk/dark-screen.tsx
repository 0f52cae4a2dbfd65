import { useSay } from "@pigeonhole/ui/language.tsx";
import { words } from "./words.ts";

/** The cabinet sleeps on its last battery: a dark screen, which costs the least, with the few words that whoever comes must read. */
export function DarkScreen({ phone }: { phone: string }) {
  const say = useSay(words);
  return (
    <main className="fixed inset-0 z-40 grid content-center justify-items-center gap-6 bg-[#000] p-10 text-center text-[#b9bfc1]">
      <h1 className="text-[2rem]">{say("closed.title")}</h1>
      <p className="max-w-[26ch] text-[1.375rem]">{say("closed.power")}</p>
      <p className="text-[1.375rem]">{say("call", { phone })}</p>
    </main>
  );
}
