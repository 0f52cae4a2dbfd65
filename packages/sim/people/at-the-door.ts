import { hour, minute, second, type World } from "./world.ts";
import type { StationNode } from "../stations/node.ts";

/** Waits until it is so, looking every now and then; false when it is not within the time. */
export async function until(world: World, isSo: () => boolean, ms: number, everyMs = 500): Promise<boolean> {
  const end = world.scheduler.nowMs + ms;
  while (!isSo()) {
    if (world.scheduler.nowMs >= end) return false;
    await world.sleep(everyMs);
  }
  return true;
}

/** The door that stands open for this person, as they see it with their own eyes: the one that was shut before. */
export async function opensFor(world: World, node: StationNode, before: readonly number[], ms = 4 * second): Promise<number | undefined> {
  const opened = (): number | undefined => node.cabinet.openDoors().find((n) => !before.includes(n));
  await until(world, () => opened() !== undefined, ms, 100);
  return opened();
}

/** A tidy person shuts every door that stands open when they come. */
export async function shutOthers(world: World, node: StationNode): Promise<void> {
  const open = node.cabinet.openDoors();
  if (open.length === 0) return;
  for (const n of open) node.cabinet.shut(n);
  await world.sleep(2 * second);
}
/** Pushes a door shut, again when it springs open. */
export async function shut(world: World, node: StationNode, compartment: number): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    node.cabinet.shut(compartment);
    await world.sleep(1_200);
    if (!node.cabinet.isOpen(compartment)) return;
  }
}
/** The kiosk is free for the next person. */
export async function freeKiosk(world: World, node: StationNode): Promise<void> {
  await until(world, () => node.station !== undefined, hour / 4, 5 * second);
  const { station } = node;
  if (!station) return;
  if (["done", "reported", "received"].includes(station.screen.step.step)) station.screen.idle();
  await until(world, () => node.station?.screen.step.step === "idle", 2 * minute, 1_000);
}
