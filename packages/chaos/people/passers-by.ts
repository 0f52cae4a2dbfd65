import { setTimeout as pause } from "node:timers/promises";
import type { KioskApi, KioskState } from "@pigeonhole/station/kiosk/contract";
import type { ChaosStation } from "../processes/town.ts";
import { at, hear } from "./asking.ts";
import { leave, screenOf, shut } from "./at-the-door.ts";
import { takeOut } from "./customers.ts";
import { objectOf, until, type Life } from "./world.ts";

/** Milliseconds between two people with a parcel and no reservation, at one station. */
const everyMs = 6_000;

/** People who bring something without a reservation, at the screen alone, and others who take it out with the code that the screen has shown. */
export async function passersBy(life: Life, station: ChaosStation): Promise<void> {
  const { draw } = life;
  for (let n = 1; !life.isClosing(); n++) {
    await pause(draw.waiting(everyMs));
    if (life.isClosing()) return;
    const who = `walk-up ${station.name} ${n}`;
    const since = life.clock();
    const left = await life.inTurn(station, () => bring(life, station, who));
    if (!left) continue;
    life.history.right(who, { by: "passer-by", call: { do: "issue" }, from: since, to: life.clock(), answer: "issued" });
    await pause(draw.between(0, 1_500));
    await takeOut(life, { station, who, right: who, ...left });
  }
}

/** Undefined: there was no room, or the cabinet went dark before a code was shown. */
async function bring(life: Life, station: ChaosStation, who: string): Promise<{ compartment: number; code: string } | undefined> {
  const { history, clock } = life;
  const kiosk = at<KioskApi>(`http://127.0.0.1:${station.kiosk.port}/`).kiosk;
  const from = clock();
  const asked = await hear(kiosk.deposits.$post({ json: { size: "small" } }));
  if (asked.is === "refused") return undefined;
  const shown: KioskState["step"] | undefined = asked.is === "answered" ? asked.body.step : (await screenOf(station))?.step;
  if (shown?.step !== "open" || shown.purpose !== "bring") return undefined;
  const { compartment } = shown;
  const box = objectOf(station, compartment);
  const operation = { by: "passer-by", call: { do: "walk in", who } as const, from };
  let came: { compartment: number; code: string } | "dark" | undefined;
  try {
    came = await until(life, `${who} is put in`, async () => {
      await shut(station, compartment);
      const state = await screenOf(station);
      if (!state) return undefined;
      const { step } = state;
      if (step.step === "done" && step.purpose === "bring" && step.compartment === compartment && step.code !== undefined)
        return { compartment, code: step.code };
      if (step.step === "ask_parcel_in" && step.compartment === compartment) await hear(kiosk.answer.$post({ json: { isParcelIn: true } }));
      else if (step.step !== "open" && step.step !== "working") return "dark";
      return undefined;
    });
  } finally {
    const isKnown = came !== undefined && came !== "dark";
    history.compartment(box, { ...operation, to: isKnown ? clock() : null, answer: isKnown ? "in" : null });
  }
  await leave(station);
  return came === "dark" ? undefined : came;
}
