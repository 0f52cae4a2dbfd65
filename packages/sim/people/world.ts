import type { BackendNode } from "../backend/node.ts";
import type { Truth } from "../checks/truth.ts";
import type { Tally } from "../checks/tally.ts";
import type { StationNode } from "../stations/node.ts";
import type { Draw } from "../time/draw.ts";
import type { Scheduler } from "../time/scheduler.ts";
import type { Town } from "../town/town.ts";

/** What people in a world have to do with. */
export interface World {
  readonly town: Town;
  readonly scheduler: Scheduler;
  readonly draw: Draw;
  readonly backend: BackendNode;
  readonly stations: readonly StationNode[];
  readonly truth: Truth;
  readonly tally: Tally;
  readonly trace: (what: string, detail?: unknown) => void;
  sleep(ms: number): Promise<void>;
  /** Chaos is over: everything is well from now on. */
  isHealed(): boolean;
  /** One after the other before one cabinet. */
  inTurn<T>(station: string, visit: () => Promise<T>): Promise<T>;
}
export const stationOf = (world: World, id: string): StationNode => world.stations.find((station) => station.id === id)!;
export const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
