import { clockLeft } from "@pigeonhole/ui/format";
import { EraseIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useNow } from "@pigeonhole/ui/clock";
import { Key } from "./key.tsx";
import { Stage } from "./stage.tsx";
import { words } from "./words.ts";

export interface CodeScreenProps {
  readonly digits: string;
  readonly codeDigits: number;
  /** From when on the keys work again; null now. */
  readonly freeAt: string | null;
  readonly onType: (digit: string) => void;
  readonly onErase: () => void;
  readonly onBack: () => void;
}

/** Digits are shown as typed; the last one sends them. */
export function CodeScreen({ digits, codeDigits, freeAt, onType, onErase, onBack }: CodeScreenProps) {
  const say = useSay(words);
  const now = useNow();
  const leftMs = freeAt === null ? 0 : Date.parse(freeAt) - now.getTime();
  const isBlocked = leftMs > 0;
  return (
    <Stage
      title={say(isBlocked ? "code.blocked" : "code.title")}
      tone={isBlocked ? "warn" : "plain"}
      body={isBlocked ? say("code.blocked_body", { left: clockLeft(leftMs) }) : say("code.hint", { count: codeDigits })}
      picture={
        <div className="w-full max-w-[34rem]">
          <p className="sr-only" role="status">
            {say("code.so_far", { typed: digits.length, all: codeDigits })}
          </p>
          <div aria-hidden translate="no" className="flex justify-center gap-1.5">
            {Array.from({ length: codeDigits }, (_, at) => (
              <span
                key={at}
                className={`grid h-[4.25rem] min-w-0 max-w-[3.25rem] flex-1 place-items-center rounded-medium border-2 bg-surface font-mono text-[2.25rem] font-bold ${at === digits.length && !isBlocked ? "border-accent" : "border-line-strong"} ${at > 0 && at % 4 === 0 ? "ms-4" : ""}`}
              >
                {digits[at] ?? ""}
              </span>
            ))}
          </div>
        </div>
      }
      controls={
        <div role="group" aria-label={say("code.keys")} className="grid grid-cols-3 gap-3">
          {["1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) => (
            <Digit key={digit} digit={digit} isDisabled={isBlocked} onType={onType} />
          ))}
          <Key onPress={onBack}>{say("back")}</Key>
          <Digit digit="0" isDisabled={isBlocked} onType={onType} />
          <Key onPress={onErase} isDisabled={digits === ""} aria-label={say("code.erase")}>
            <span className="glyph text-[2.25rem]">
              <EraseIcon />
            </span>
          </Key>
        </div>
      }
    />
  );
}

const Digit = ({ digit, isDisabled, onType }: { digit: string; isDisabled: boolean; onType: (digit: string) => void }) => (
  <Key onPress={() => onType(digit)} isDisabled={isDisabled}>
    <span className="font-mono text-[2.25rem]">{digit}</span>
  </Key>
);
