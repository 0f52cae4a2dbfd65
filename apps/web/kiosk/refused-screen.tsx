import type { Kiosk } from "@pigeonhole/station/kiosk/contract";
import { useNow } from "@pigeonhole/ui/clock";
import { clockLeft } from "@pigeonhole/ui/format";
import { PhoneIcon, WarningIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useEffect } from "react";
import { play } from "../shell/sound.ts";
import { DoorPicture } from "./door-screen.tsx";
import { missingOf } from "./missing.ts";
import { words as heldWords } from "./words-held.ts";
import { Key } from "./key.tsx";
import { Stage } from "./stage.tsx";
import type { Refusal, Wish } from "./visit.ts";
import { words } from "./words.ts";
import { words as wrongWords } from "./words-wrong.ts";

const plain = [
  "code_used",
  "code_expired",
  "code_replaced",
  "code_revoked",
  "not_yet",
  "out_of_service",
  "suspended",
  "no_space",
  "no_deposits",
  "nothing_to_reopen",
  "unreachable",
] as const;
const withStation = ["wrong_code", "not_ours"] as const;
const withDoor = ["door_open", "door_stuck", "cooling_down", "door_unknown"] as const;
const among = <T extends string>(known: readonly T[], code: string): T | undefined => known.find((each) => each === code);
/** After these the same code cannot do better. */
const isFinal = (code: string): boolean =>
  ["code_used", "code_expired", "code_revoked", "not_yet", "out_of_service", "suspended", "no_deposits", "nothing_to_reopen"].includes(
    code,
  );

/** What the station refused with, what it means, what to do, and whom to call. */
export function RefusedScreen({
  kiosk,
  wish,
  problem,
  onAgain,
  onHome,
  onStuck,
}: {
  kiosk: Kiosk;
  wish: Wish;
  problem: Refusal;
  onAgain: () => void;
  onHome: () => void;
  /** The door stays shut, and somebody has to come. */
  onStuck?: () => void;
}) {
  const said = useSaid(kiosk, problem);
  const say = useSay(words);
  const sayWrong = useSay(wrongWords);
  useEffect(() => play("bad"), []);
  const door = typeof problem.compartment === "number" ? problem.compartment : undefined;
  return (
    <Stage
      {...said}
      tone="warn"
      fills={door !== undefined}
      spoken={say("call", { phone: kiosk.supportPhone })}
      picture={
        door === undefined ? (
          <span className="glyph grid size-[9rem] text-[5rem] place-items-center rounded-full bg-warn-soft text-warn">
            <WarningIcon />
          </span>
        ) : (
          <DoorPicture kiosk={kiosk} compartment={door} />
        )
      }
      controls={
        <>
          <p className="flex items-center justify-center gap-3 rounded-large border-2 border-line p-4 text-[1.5rem] font-semibold">
            <span className="glyph text-[2rem]">
              <PhoneIcon />
            </span>
            <span className="sr-only">{say("help")}</span>
            {kiosk.supportPhone}
          </p>
          {!isFinal(problem.code) && (
            <Key tall look="primary" onPress={onAgain}>
              {say(wish === "bring" || wish === "reopen" ? "back" : "again")}
            </Key>
          )}
          {onStuck && wish !== "bring" && (problem.code === "door_stuck" || problem.code === "door_unknown") && (
            <Key onPress={onStuck}>{sayWrong("wrong.will_not_open")}</Key>
          )}
          <Key tall look={isFinal(problem.code) ? "primary" : "plain"} onPress={onHome}>
            {say("home")}
          </Key>
        </>
      }
    />
  );
}

function useSaid(
  kiosk: Kiosk,
  { code, compartment, freeAt, retryAfterSeconds, missing }: Refusal,
): { readonly title: string; readonly body: string } {
  const say = useSay(words);
  const sayHeld = useSay(heldWords);
  const now = useNow();
  const door = Number(compartment ?? 0);
  const [station, atDoor, simple] = [among(withStation, code), among(withDoor, code), among(plain, code)];
  if (station) return { title: say(`no.${station}`), body: say(`no.${station}_body`, { station: kiosk.name }) };
  if (atDoor && door > 0) return { title: say(`no.${atDoor}`, { door }), body: say(`no.${atDoor}_body`) };
  if (simple) return { title: say(`no.${simple}`), body: say(`no.${simple}_body`) };
  if (code === "held") return { title: sayHeld(`held.${missingOf(missing)}`), body: sayHeld(`held.${missingOf(missing)}_body`) };
  if (code === "too_many_attempts") {
    const leftMs = typeof freeAt === "string" ? Date.parse(freeAt) - now.getTime() : Number(retryAfterSeconds ?? 60) * 1_000;
    return { title: say("no.too_many_attempts"), body: say("no.too_many_attempts_body", { left: clockLeft(leftMs) }) };
  }
  return { title: say("no.other"), body: say("no.other_body") };
}
