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

/** A door is open: which one, and what to do. It rings until it is shut or a few times. */
export function OpenScreen({
  kiosk,
  step,
  isPending,
  onWontClose,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "open" }>;
  isPending: boolean;
  onWontClose: () => void;
}) {
  const say = useSay(words);
  const place = usePlaceOf(kiosk)(step.compartment);
  useEffect(() => findMyDoor(), [step.compartment, step.isLeftOpen]);
  return (
    <Stage
      title={say("open.title", { door: step.compartment, place })}
      tone={step.isLeftOpen ? "warn" : "plain"}
      body={step.isLeftOpen ? say("open.left", { door: step.compartment }) : say(`open.${step.purpose}`)}
      fills
      picture={<DoorPicture kiosk={kiosk} compartment={step.compartment} pulse />}
      controls={
        <Key isDisabled={isPending} onPress={onWontClose}>
          {say("open.wont_close")}
        </Key>
      }
    />
  );
}

/** The door can not be shut: what to do with the parcel, and the way on. */
export function JammedScreen({
  kiosk,
  step,
  onLeave,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "jammed_open" }>;
  onLeave: () => void;
}) {
  const say = useSay(words);
  const isDeposit = isDepositing(step.purpose);
  return (
    <Stage
      title={say("jammed.title")}
      body={say(isDeposit ? "jammed.put" : "jammed.take", { door: step.compartment })}
      spoken={say("call", { phone: kiosk.supportPhone })}
      fills
      picture={<DoorPicture kiosk={kiosk} compartment={step.compartment} />}
      controls={
        <Key tall look="primary" onPress={onLeave}>
          {say("home")}
        </Key>
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
  onReopen,
}: {
  kiosk: Kiosk;
  step: Extract<Step, { step: "ask_parcel_in" }>;
  isPending: boolean;
  onAnswer: (isParcelIn: boolean) => void;
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
