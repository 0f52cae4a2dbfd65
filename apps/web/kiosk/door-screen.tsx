import type { Kiosk, Step } from "@pigeonhole/station/kiosk/contract";
import { Cabinet } from "@pigeonhole/ui/cabinet.tsx";
import { heightWord, rowOf } from "@pigeonhole/ui/cabinet-geometry";
import { CheckIcon, CloseIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { words as shared } from "@pigeonhole/ui/words";
import { useEffect } from "react";
import { findMyDoor } from "../shell/sound.ts";
import { Key } from "./key.tsx";
import { Stage } from "./stage.tsx";
import { isDepositing } from "./visit.ts";
import { words } from "./words.ts";
import { words as togetherWords } from "./words-together.ts";
import { words as wrongWords } from "./words-wrong.ts";

/** Where a door is, in words that help somebody who cannot see the drawing: its row at the ends of a column, its height elsewhere. */
export function usePlaceOf(kiosk: Kiosk): (compartment: number) => string {
  const say = useSay(shared);
  return (compartment) => {
    const door = kiosk.cabinet.find((each) => each.number === compartment);
    if (!door) return "";
    const row = rowOf(kiosk.cabinet, door);
    return row === "top" || row === "bottom" ? say(`row.${row}`) : say(`height.${heightWord(door)}`);
  };
}

export const DoorPicture = ({ kiosk, compartment, pulse = false }: { kiosk: Kiosk; compartment: number; pulse?: boolean }) => (
  <Cabinet label={kiosk.name} doors={kiosk.cabinet} highlight={compartment} pulse={pulse} className="kiosk-cabinet" />
);

/** What may be wrong before an open door, the likeliest first; each one tap away. */
const wrongWhile = {
  putting: ["does_not_fit", "not_empty", "will_not_close"],
  taking: ["empty", "not_mine", "will_not_close"],
  other: ["will_not_close"],
} as const;
export type Wrong = Extract<Step, { step: "reported" }>["reason"];

/** What is wrong, in a row of keys. */
export function WrongKeys({
  reasons,
  isDisabled,
  onWrong,
}: {
  reasons: readonly (keyof typeof wrongLooks)[];
  isDisabled: boolean;
  onWrong: (reason: Wrong) => void;
}) {
  const say = useSay(wrongWords);
  return (
    <div role="group" aria-label={say("wrong.title")} className="grid grid-flow-col auto-cols-fr gap-3">
      {reasons.map((reason) => (
        <Key key={reason} isDisabled={isDisabled} onPress={() => onWrong(reason)}>
          {say(`wrong.${reason}`)}
        </Key>
      ))}
    </div>
  );
}
const wrongLooks = { does_not_fit: 1, not_empty: 1, will_not_close: 1, will_not_open: 1, empty: 1, not_mine: 1 } as const;

/** A door is open: which one, and what to do. It rings until it is shut or a few times. */
export function OpenScreen({
  kiosk,
  step,
  isPending,
  onWrong,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "open" }>;
  isPending: boolean;
  onWrong: (reason: Wrong) => void;
}) {
  const say = useSay(words);
  const place = usePlaceOf(kiosk)(step.compartment);
  useEffect(() => findMyDoor(), [step.compartment, step.isLeftOpen]);
  const { said, purpose } = step;
  const isSaid = said === "does_not_fit" || said === "not_empty";
  const reasons = isSaid
    ? ["will_not_close" as const]
    : wrongWhile[isDepositing(purpose) ? "putting" : purpose === "collect" ? "taking" : "other"];
  const sayWrong = useSay(wrongWords);
  const sayTogether = useSay(togetherWords);
  const what =
    step.parcels > 1 && (purpose === "collect" || purpose === "deliver")
      ? sayTogether(`together.${purpose}`, { count: step.parcels })
      : say(`open.${purpose}`);
  const body = isSaid ? sayWrong(`said.${said}`, { door: step.compartment }) : what;
  return (
    <Stage
      title={say("open.title", { door: step.compartment, place })}
      tone={step.isLeftOpen ? "warn" : "plain"}
      body={step.isLeftOpen ? say("open.left", { door: step.compartment }) : body}
      fills
      picture={<DoorPicture kiosk={kiosk} compartment={step.compartment} pulse />}
      controls={<WrongKeys reasons={reasons} isDisabled={isPending} onWrong={onWrong} />}
    />
  );
}

/** It has been told, and no other door is needed, or to be had: what to do with the parcel, whom to call, and the way on. */
export function ReportedScreen({ kiosk, step, onLeave }: { kiosk: Kiosk; step: Extract<Step, { step: "reported" }>; onLeave: () => void }) {
  const say = useSay(words);
  const { purpose, reason, compartment: door } = step;
  const sayWrong = useSay(wrongWords);
  const then = !isDepositing(purpose) ? "" : ` ${sayWrong(purpose === "deliver" ? "reported.courier" : "reported.keep")}`;
  const what = reason === "will_not_close" && !isDepositing(purpose) ? "reported.will_not_close_take" : (`reported.${reason}` as const);
  return (
    <Stage
      title={sayWrong("reported.title")}
      body={sayWrong(what, { door }) + then}
      spoken={say("call", { phone: kiosk.supportPhone })}
      fills
      picture={<DoorPicture kiosk={kiosk} compartment={door} />}
      controls={
        <>
          <p className="text-center text-[1.375rem] font-semibold">{say("call", { phone: kiosk.supportPhone })}</p>
          <Key tall look="primary" onPress={onLeave}>
            {say("home")}
          </Key>
        </>
      }
    />
  );
}

/** The door has shut after a deposit: the depositor's word. */
export function AskScreen({
  kiosk,
  step,
  isPending,
  onAnswer,
  onWrong,
  onReopen,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "ask_parcel_in" }>;
  isPending: boolean;
  onAnswer: (isParcelIn: boolean) => void;
  onWrong: (reason: Wrong) => void;
  onReopen: () => void;
}) {
  const say = useSay(words);
  return (
    <Stage
      title={say("ask.title", { door: step.compartment })}
      body={say("ask.body")}
      fills
      picture={<DoorPicture kiosk={kiosk} compartment={step.compartment} />}
      controls={
        <>
          <Key tall look="primary" isDisabled={isPending} onPress={() => onAnswer(true)}>
            <span className="glyph text-[1.75rem]">
              <CheckIcon />
            </span>
            {say("ask.yes")}
          </Key>
          <Key tall isDisabled={isPending} onPress={() => onAnswer(false)}>
            <span className="glyph text-[1.75rem]">
              <CloseIcon />
            </span>
            {say("ask.no")}
          </Key>
          <WrongKeys reasons={["does_not_fit", "not_empty"]} isDisabled={isPending} onWrong={onWrong} />
          <Key isDisabled={isPending} onPress={onReopen}>
            {say("ask.reopen")}
          </Key>
        </>
      }
    />
  );
}

/** The door has shut after a courier came to take something out: their word. */
export function AskOutScreen({
  kiosk,
  step,
  isPending,
  onAnswer,
  onReopen,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "ask_parcel_out" }>;
  isPending: boolean;
  onAnswer: (parcel: "out" | "left" | "missing") => void;
  onReopen: () => void;
}) {
  const say = useSay(words);
  return (
    <Stage
      title={say("out.title", { door: step.compartment })}
      body={say("ask.body")}
      fills
      picture={<DoorPicture kiosk={kiosk} compartment={step.compartment} />}
      controls={
        <>
          <Key tall look="primary" isDisabled={isPending} onPress={() => onAnswer("out")}>
            <span className="glyph text-[1.75rem]">
              <CheckIcon />
            </span>
            {say("out.yes")}
          </Key>
          <Key tall isDisabled={isPending} onPress={() => onAnswer("left")}>
            {say("out.left")}
          </Key>
          <Key isDisabled={isPending} onPress={() => onAnswer("missing")}>
            {say("out.missing")}
          </Key>
          <Key isDisabled={isPending} onPress={onReopen}>
            {say("ask.reopen")}
          </Key>
        </>
      }
    />
  );
}
