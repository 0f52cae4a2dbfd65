import { Refused } from "@pigeonhole/kit/refused";
import { freeKiosk, opensFor, shut, shutOthers, until } from "./at-the-door.ts";
import { atTheCabinet } from "./customers.ts";
import { hour, minute, second, stationOf, type World } from "./world.ts";

/** Somebody leaves something in a box without any order, by the kiosk alone, and it is collected with the code that the kiosk showed (A4.5, I-64). */
export async function walkUp(world: World, index: number): Promise<void> {
  const draw = world.draw.of(`walk-up ${index}`);
  const { truth, tally } = world;
  const node = stationOf(world, draw.pick(world.town.stations).identity.station);
  await world.sleep(draw.waiting(10 * minute));
  const left = await world.inTurn(node.id, leaveIt);
  tally.count(`walk-up: ${typeof left === "string" ? left : "left"}`);
  if (typeof left === "string") return;
  tally.sometimes("something is left without an order");
  await world.sleep(draw.waiting(hour));
  const end = await world.inTurn(node.id, () => atTheCabinet(world, draw, left.deposit, left.code, {}));
  tally.count(`walk-up ended: ${end}`);
  if (end === "taken") tally.sometimes("what was left without an order is collected");
  const { where, isLiedAbout } = truth.of(left.deposit);
  if (where === "box" && !isLiedAbout && end !== "told whom to call")
    tally.violated("I-73", `the code of what was left in ${node.id} does not open: ${end}`, world.scheduler.nowMs);

  async function leaveIt(): Promise<{ readonly deposit: string; readonly code: string } | string> {
    await freeKiosk(world, node);
    await shutOthers(world, node);
    const here = node.station;
    if (!here) return "dark";
    const before = node.cabinet.openDoors();
    truth.act(node.id, "deposit", `walk-up ${index}`);
    let refusal: string | undefined;
    void here.deposits.bring("small").catch((error: unknown) => {
      if (!(error instanceof Refused) && node.station === here) throw error;
      refusal = error instanceof Refused ? error.code : "dark";
    });
    const open = await opensFor(world, node, before, 6 * second);
    if (open === undefined) return refusal ?? "no door opened";
    const deposit = node.station?.store.contents.of(open)?.deposit ?? undefined;
    if (deposit === undefined) {
      await shut(world, node, open);
      return "the station knows nothing of it";
    }
    truth.begin(deposit, "walk_up");
    await world.sleep(draw.between(2, 8) * second);
    node.cabinet.put(open, deposit);
    truth.wentIn(deposit, node.id, open);
    await shut(world, node, open);
    await until(world, () => node.station?.doors.isClosed(open) === true, minute);
    try {
      const step = node.station?.screen.step;
      if (step?.step === "ask_parcel_in" && step.compartment === open) node.station!.deposits.answer(true);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    const step = node.station?.screen.step;
    const code = step?.step === "done" && step.compartment === open ? step.code : undefined;
    if (code === undefined) {
      // Nobody was thanked: they take it with them again, where the door still opens, or staff finds it.
      truth.of(deposit).isLiedAbout = true;
      return "no code was shown";
    }
    truth.of(deposit).wasThanked = true;
    return { deposit, code };
  }
}
