import type { Lack } from "@pigeonhole/network/acceptance/contract";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { words } from "./words.ts";

/** What an acceptance lacks, one sentence each. */
export function Lacks({ lacks }: { lacks: readonly Lack[] }) {
  const say = useSay(words);
  return (
    <ul className="grid gap-1">
      {lacks.map((lack) => (
        <li key={lack.kind} className="wrap-anywhere">
          {say(`lack.${lack.kind}`, { doors: "doors" in lack ? lack.doors.join(", ") : "" })}
        </li>
      ))}
    </ul>
  );
}
