import { PhoneIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { words } from "./words.ts";

/** The station's own process does not answer: nothing to press, somebody to call. */
export function LostScreen({ phone }: { phone: string | undefined }) {
  const say = useSay(words);
  return (
    <main role="alert" className="grid flex-1 place-content-center justify-items-center gap-6 p-8 text-center">
      <svg
        viewBox="0 0 120 80"
        className="w-[14rem] text-ink-soft"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
        strokeLinecap="round"
        aria-hidden
      >
        <rect x="15" y="8" width="90" height="58" rx="5" />
        <path d="M45 8v58M75 8v58M15 27h90M15 46h90M10 74h100" />
      </svg>
      <h1 className="text-[2rem] leading-tight">{say("lost.title")}</h1>
      <p className="max-w-[26rem] text-lead">{say("lost.body")}</p>
      {phone !== undefined && (
        <>
          <p className="text-lead">{say("lost.call")}</p>
          <p className="flex items-center gap-3 text-[2rem] font-bold">
            <span className="glyph text-[2rem]">
              <PhoneIcon />
            </span>
            {phone}
          </p>
        </>
      )}
    </main>
  );
}
