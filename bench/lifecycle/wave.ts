import type { Parcel } from "@pigeonhole/parcels/contract";
import { eachOf } from "@pigeonhole/world/each-of";
import { flowOf, mistakeOf, needsCustomer, type Flow } from "./flows.ts";
import type { Acting, Courier, Customer } from "./people.ts";
import type { Cabinet, Town } from "./town.ts";

/** So many people order, or sign in, side by side. */
const atOnce = 12;

export interface Sold {
  readonly flow: Flow;
  readonly parcel: string;
  readonly email: string;
  readonly customer: Customer | undefined;
  /** Where it was ordered to. */
  readonly cabinet: Cabinet;
}

interface Needs {
  readonly town: Town;
  readonly act: Acting;
  /** One for each cabinet. */
  readonly couriers: readonly Courier[];
  readonly customers: readonly Customer[];
  readonly say: (words: string) => void;
}

/** The parcels `first` to `first + count - 1`, from their orders to their ends: some days go by. */
export async function wave({ town, act, couriers, customers, say }: Needs, first: number, count: number): Promise<readonly Sold[]> {
  const { cabinets, letters } = town;
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  const elsewhere = (cabinet: Cabinet): Cabinet => cabinets[(cabinets.indexOf(cabinet) + 1) % cabinets.length]!;
  const of = (...wanted: readonly Flow[]): readonly Sold[] => sold.filter(({ flow }) => wanted.includes(flow));
  const codes = new Map<string, string>();
  /** Its owner has the code from their mail, and collects. */
  const collected = async ({ parcel, email, customer, flow }: Sold): Promise<void> => {
    const { station, compartment, number } = await act.reaches(parcel, ({ state }) => state === "stored", "is stored");
    const code = flow === "by_a_proxy" ? await act.proxyCode(customer!, parcel) : await letters.code(email, number, codes.get(parcel));
    await act.collect(act.cabinetOf(station), code, compartment);
  };

  // Orders.
  const sold: Sold[] = [];
  await eachOf(numbers, atOnce, async (number) => {
    const cabinet = cabinets[number % cabinets.length]!;
    const flow = flowOf(number);
    const customer = needsCustomer.has(flow) ? customers[number % customers.length]! : undefined;
    const email = customer?.email ?? `l${number}@example.org`;
    const phone = number % 3 === 0 ? `+3725${String(1_000_000 + number).slice(-7)}` : null;
    sold.push({ flow, cabinet, customer, email, parcel: await act.order(cabinet.id, number, email, phone) });
  });
  say(`${sold.length} ordered`);
  await eachOf(of("cancelled_before"), atOnce, async ({ parcel }) => void (await act.cancel(parcel)));
  await eachOf(of("redirected_before"), atOnce, async ({ parcel, customer, cabinet }) => {
    await act.redirect(customer!, parcel, elsewhere(cabinet).id);
    await act.reaches(parcel, ({ station }) => station !== cabinet.id, "goes elsewhere");
  });

  // Rounds: one courier for each cabinet.
  const brought = sold.filter(({ flow }) => flow !== "cancelled_before" && flow !== "never_brought");
  await bring(brought);
  say("brought");

  async function bring(which: readonly Sold[]): Promise<void> {
    const placed = await Promise.all(which.map(async (one) => ({ one, station: (await act.parcelOf(one.parcel)).station })));
    await Promise.all(
      cabinets.map(async (cabinet, i) => {
        const mine = placed.filter(({ station }) => station === cabinet.id).map(({ one }) => one);
        if (mine.length === 0) return;
        const courier = couriers[i]!;
        await act.setOut(courier, [{ station: cabinet.id, parcels: mine.map(({ parcel }) => parcel) }]);
        for (const one of mine.filter(({ flow }) => flow === "cancelled_under_way")) await act.cancel(one.parcel);
        const again: Sold[] = [];
        for (const one of mine) {
          if (one.flow === "cancelled_under_way") continue;
          await town.mayOpen(cabinet);
          await town.mayOpen(cabinet);
          await cabinet.inTurn(() => town.during(async () => void ((await putIn(courier, one)) || again.push(one))));
        }
        if (again.length === 0) return;
        await act.setOut(courier, [{ station: cabinet.id, parcels: again.map(({ parcel }) => parcel) }]);
        for (const one of again) {
          await town.mayOpen(cabinet);
          await cabinet.inTurn(() => town.during(() => simply(courier, one.parcel)));
        }
      }),
    );
  }
  async function simply(courier: Courier, parcel: string): Promise<void> {
    const scan = await act.openFor(courier, parcel);
    await act.shut(courier, scan);
    await act.isIn(courier, scan);
  }
  /** At the door, with what may go wrong there; false when the courier has taken it back. */
  async function putIn(courier: Courier, { flow, parcel }: Sold): Promise<boolean> {
    const reason = mistakeOf[flow];
    if (reason === undefined && flow !== "cancelled_at_the_door") return (await simply(courier, parcel), true);
    const scan = await act.openFor(courier, parcel);
    if (flow === "cancelled_at_the_door") await act.cancel(parcel);
    await act.shut(courier, scan);
    if (reason === undefined) return (await act.isIn(courier, scan), true);
    if (reason === "wrong_parcel") await act.isIn(courier, scan);
    const next = await act.wrong(courier, scan, reason);
    if (next?.kind === "take_back") return false;
    if (next?.kind !== "another_box" && next?.kind !== "same_box") throw new Error(`${reason}: then ${next?.kind ?? "nothing"}`);
    await simply(courier, parcel);
    return true;
  }

  // On the same day.
  await eachOf(of("opened_by_staff"), atOnce, async ({ parcel }) =>
    act.openByStaff(await act.reaches(parcel, ({ state }) => state === "stored", "is stored")),
  );
  await eachOf(of("extended"), atOnce, async ({ parcel, customer }) => {
    await act.reaches(parcel, ({ state }) => state === "stored", "is stored");
    await act.extend(customer!, parcel);
  });
  await eachOf(of("redirected_inside"), atOnce, async ({ parcel, email, customer, cabinet }) => {
    const { number } = await act.reaches(parcel, ({ state }) => state === "stored", "is stored");
    codes.set(parcel, await letters.code(email, number));
    await act.redirect(customer!, parcel, elsewhere(cabinet).id);
  });
  await eachOf(of("cancelled_inside"), atOnce, async ({ parcel }) => {
    await act.reaches(parcel, ({ state }) => state === "stored", "is stored");
    await act.cancel(parcel);
  });
  await eachOf(
    of("straight", "by_a_proxy", "opened_by_staff", "does_not_fit", "not_empty", "wrong_parcel", "taken_back", "redirected_before"),
    cabinets.length * 2,
    collected,
  );
  say("collected on the same day");
  await town.quiet();
  await fetchAll();
  await bring(of("redirected_inside"));
  await eachOf(of("redirected_inside"), cabinets.length * 2, collected);
  await act.inspect();
  await town.quiet();
  await town.sample();

  // A cabinet has no network for more than a day: its parcels wait longer for it.
  const dark = cabinets[first % cabinets.length]!;
  await town.silence(dark);
  await town.hours(30);
  await town.back(dark);
  say("a cabinet was away and is back");
  await eachOf(of("station_away"), cabinets.length * 2, collected);

  // The time of what nobody collects is over after three days, of what has been extended later, of what nobody brings after some more.
  await town.hours(72);
  await eachOf(of("extended"), cabinets.length * 2, collected);
  await town.hours(72);
  await fetchAll();
  await town.quiet();
  await act.inspect();
  await town.quiet();
  await town.sample();
  say("all is at its end");
  return sold;

  /** Couriers come for everything that is to be taken out. */
  async function fetchAll(): Promise<void> {
    await Promise.all(
      cabinets.map(async (cabinet, i) => {
        await act.setOut(couriers[i]!, [{ station: cabinet.id, parcels: [] }]);
        await act.takeOutAll(couriers[i]!, cabinet);
      }),
    );
    await town.quiet();
  }
}

/** Whether the parcel's life has come to an end, and to which. */
export const endOf = ({ state }: Parcel): string | undefined =>
  ["collected", "returned", "cancelled"].includes(state) ? state : undefined;
