import { randomInt } from "node:crypto";
import { Refused } from "@pigeonhole/kit/refused";
import { keypadLadder } from "@pigeonhole/station/rights/limiter";
import { grantOf } from "@pigeonhole/station/link/testing";
import { testStation } from "@pigeonhole/station/testing";
import type { Plan } from "../plan.ts";

const place = "station: keypad";
const minuteMs = 60_000;

/** Codes typed at cabinets all over the fleet, one a minute for hours, with power cuts between them: few are compared, none opens, and the scanner goes on. */
export async function stationKeypad({ ledger, size }: Plan): Promise<void> {
  const [cabinets, tries] = size === "full" ? [6, 240] : [1, 20];
  for (let n = 0; n < cabinets; n++) {
    await using world = await testStation(["small", "small"], (t) => ({
      grants: [grantOf(t, "12345678"), grantOf(t, "23456789", { compartment: 2 })],
    }));
    world.backend.disconnect();
    let compared = 0;
    for (let guess = 0; guess < tries; guess++) {
      const text =
        guess % 7 === 6
          ? ["", "0", "1234567", "123456780", "12345 67", "12-34-56-78", "٠١٢٣٤٥٦٧"][guess % 6]!
          : String(10_000_000 + randomInt(2_000_000));
      const came = await world.station.pickups.byCode(text).then(
        () => "opened",
        (error: unknown) => (error instanceof Refused ? error.code : `broke: ${String(error)}`),
      );
      if (came === "wrong_code") compared++;
      const breach = came === "opened" || came.startsWith("broke") ? `${came} by ${JSON.stringify(text)}` : undefined;
      ledger.note(place, "a code, once a minute", "wrong, or not looked at", came, breach);
      world.time.pass(minuteMs);
      if (guess % 50 === 49) await world.restart();
    }
    // What waits between tries is at least the ladder; so many fit into the hours.
    let [most, spentMs] = [keypadLadder.free, 0];
    for (const step of keypadLadder.stepsMs) if ((spentMs += step) <= tries * minuteMs) most++;
    const breach = compared <= most ? undefined : `${compared} were compared in ${tries} minutes, at most ${most} may be`;
    ledger.note(place, "all guesses at one cabinet", `at most ${most} compared in ${tries} minutes`, `${compared} compared`, breach);
    await world.station.pickups.byQr(world.qr(world.desired.grants[1]!));
    const fired = world.fired().join();
    ledger.note(
      place,
      "a rightful QR code meanwhile",
      "opens its door (I-35)",
      `fired ${fired}`,
      fired === "2" ? undefined : `fired ${fired}`,
    );
  }
}
