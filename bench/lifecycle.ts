import { systemMonotonic } from "@pigeonhole/kit/clock";
import { flows, type Flow } from "./lifecycle/flows.ts";
import { actingIn } from "./lifecycle/people.ts";
import { startTown } from "./lifecycle/town.ts";
import { endOf, wave, type Sold } from "./lifecycle/wave.ts";

const wanted = 10_000;
/** Parcels of one wave for each cabinet: a cabinet has sixty doors, and some are shut for a while. */
const perCabinet = 30;
const mostCabinets = 24;

/**
 * Parcels through a mix of all flows on the product as it runs: the server's process, PostgreSQL, MQTT over TLS, the station's own software with its
 * doors, real mail and text messages; days go by on a clock that is put on when nobody stands at a door. Arguments: how many parcels, how many cabinets.
 */
export async function lifecycle(args: readonly string[]): Promise<object> {
  const parcels = Number(args[0] ?? wanted);
  if (!(Number.isInteger(parcels) && parcels >= 1 && parcels <= 100_000)) throw new Error("lifecycle takes how many parcels, 1 to 100000");
  const cabinets = Number(args[1] ?? Math.max(2, Math.min(mostCabinets, Math.ceil(parcels / perCabinet))));
  const began = systemMonotonic();
  const seconds = (): number => (systemMonotonic() - began) / 1_000;
  const say = (words: string): void => void process.stderr.write(`${seconds().toFixed(1).padStart(7)} s  ${words}\n`);
  const town = await startTown(cabinets);
  try {
    const act = actingIn(town);
    const atOnce = Math.min(parcels, cabinets * perCabinet);
    const couriers = await Promise.all(town.cabinets.map(() => act.hire()));
    const customers = [];
    for (let n = 0; n < Math.max(1, Math.ceil(atOnce / 5)); n++) customers.push(await act.customer(`reader${n}@example.org`, n));
    say(`${cabinets} cabinets, ${couriers.length} couriers, ${customers.length} customers`);
    const started = seconds();
    const sold: Sold[] = [];
    for (let first = 0; first < parcels; first += atOnce) {
      sold.push(...(await wave({ town, act, couriers, customers, say }, first, Math.min(atOnce, parcels - first))));
      say(`${sold.length} of ${parcels}`);
    }
    const mix: Partial<Record<Flow, number>> = {};
    const stuck: string[] = [];
    const otherwise: string[] = [];
    for (const { flow, parcel } of sold) {
      mix[flow] = (mix[flow] ?? 0) + 1;
      const known = await act.parcelOf(parcel);
      const end = endOf(known);
      if (end === undefined) stuck.push(`${flow} ${parcel} is ${known.state}`);
      else if (end !== flows[flow].end) otherwise.push(`${flow} ${parcel} ended ${end}`);
    }
    for (const words of [...stuck, ...otherwise].slice(0, 30)) say(words);
    for (const { what, id, state, why } of [...town.unowned.values()].slice(0, 30)) say(`unowned: ${what} ${id} ${state}: ${why}`);
    for (const words of town.letters.repeats().slice(0, 10)) say(words.slice(0, 300));
    return {
      parcels: sold.length,
      perSecond: Math.round((sold.length / (seconds() - started)) * 10) / 10,
      stuck: stuck.length,
      unownedStates: town.unowned.size,
      ...town.letters.figures(),
      endedOtherwise: otherwise.length,
      cabinets,
      mix,
    };
  } finally {
    await town.stop();
  }
}
