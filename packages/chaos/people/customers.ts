import { setTimeout as pause } from "node:timers/promises";
import type { NotificationApi } from "@pigeonhole/notifications/contract";
import type { KioskApi } from "@pigeonhole/station/kiosk/contract";
import type { RightAnswer } from "../checker/specifications/right.ts";
import type { ChaosStation } from "../processes/town.ts";
import { anyOf, at, hear } from "./asking.ts";
import { leave, lookAt, shut } from "./at-the-door.ts";
import { objectOf, until, type Life, type Parcel } from "./world.ts";

/** Answers at the kiosk that say something about the code itself. The others (a door stands open, too many tries) say nothing. */
const telling: readonly RightAnswer[] = ["code_used", "code_revoked", "not_yet", "wrong_code"];

/** Something to take out with a code. `who`: the claim, as the history of the compartment knows it. */
export interface Collecting {
  readonly station: ChaosStation;
  readonly compartment: number;
  readonly who: string;
  /** The right, as the history knows it. */
  readonly right: string;
  readonly code: string;
}

/** Waits for the message, goes to the cabinet and takes it out. */
export async function collect(life: Life, { station, compartment, reservation, parcel }: Parcel, since: number): Promise<void> {
  const { town, draw, history, clock } = life;
  const inbox = anyOf<NotificationApi>(town.http, draw);
  const code = await until(life, `the owner of ${parcel} waits for a code`, async () => {
    const heard = await hear(inbox.inbox.$get({ query: { parcel } }));
    const text =
      heard.is === "answered" &&
      heard.body.messages.find(({ channel, template }) => channel === "email" && template === "pickup_ready")?.text;
    return (text && /Your code: (\d{4}) (\d{4})\n/.exec(text)?.slice(1).join("")) || undefined;
  });
  history.right(parcel, { by: "courier", call: { do: "issue" }, from: since, to: clock(), answer: "issued" });
  await pause(draw.between(0, 800));
  await takeOut(life, { station, compartment, who: reservation, right: parcel, code });
}

/** Types the code until the door stands open, or it is over; takes the parcel and shuts the door. */
export async function takeOut(life: Life, { station, compartment, who, right, code }: Collecting): Promise<void> {
  const { draw, history, clock } = life;
  const kiosk = at<KioskApi>(`http://127.0.0.1:${station.kiosk.port}/`).kiosk;
  const from = clock();
  /** One try; true: this one was let in. */
  const type = async (by: string): Promise<"opened" | "over" | "again"> => {
    const began = clock();
    const heard = await hear(kiosk.pickup.$post({ json: { code } }));
    const call = { do: "try" } as const;
    if (heard.is === "unknown") {
      history.right(right, { by, call, from: began, to: null, answer: null });
      // Whoever stands there sees the door.
      return (await lookAt(station))?.get(compartment) === "open" ? "opened" : "again";
    }
    if (heard.is === "answered") {
      history.right(right, { by, call, from: began, to: clock(), answer: "opened" });
      if (heard.body.step.step === "open" && heard.body.step.compartment !== compartment)
        life.violation(`I-18: the code for ${objectOf(station, compartment)} opened door ${heard.body.step.compartment}`);
      return "opened";
    }
    const answer = telling.find((each) => each === heard.code);
    if (!answer) {
      life.note(`${by} at ${objectOf(station, compartment)}: ${heard.code}`);
      return "again";
    }
    history.right(right, { by, call, from: began, to: clock(), answer });
    return answer === "not_yet" || answer === "wrong_code" ? "again" : "over";
  };
  const visit = async (): Promise<boolean> => {
    const names = draw.chance(0.2) ? ["customer", "customer's partner"] : ["customer"];
    const came = await Promise.all(names.map(type));
    const isIn = came.includes("opened");
    if (isIn) {
      await until(life, `somebody shuts ${objectOf(station, compartment)}`, async () => {
        await shut(station, compartment);
        const door = (await lookAt(station))?.get(compartment);
        return door === "closed" ? true : undefined;
      });
      await leave(station);
    }
    return isIn || came.includes("over");
  };
  const call = { do: "take out", who } as const;
  let isDone = false;
  try {
    await until(life, `${right} is taken out of ${objectOf(station, compartment)}`, async () => {
      const isOver = await life.inTurn(station, visit);
      if (!isOver) await pause(400);
      return isOver || undefined;
    });
    isDone = true;
  } finally {
    // Over and never seen open: an earlier try, of which nobody heard, may have opened the door.
    history.compartment(objectOf(station, compartment), { by: "customer", call, from, ...(isDone ? ended(clock()) : open) });
  }
}

const ended = (to: number) => ({ to, answer: "out" }) as const;
const open = { to: null, answer: null } as const;
