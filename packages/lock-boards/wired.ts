import { line } from "./line.ts";
import type { Locks } from "./lock-board.ts";
import { locks } from "./locks.ts";
import { models } from "./models.ts";
import { openPort } from "./open-line.ts";
import type { Transport } from "./transport.ts";
import { baudOf, type WiredLine, type Wiring } from "./wiring.ts";

/** How a line is opened: a real one by its port, a simulated one by whoever simulates it. */
export type OpenLine = (wired: WiredLine, index: number) => Promise<{ readonly transport: Transport; readonly ready: Promise<void> }>;

/** The lock lines of a real cabinet. */
export const openRealLine: OpenLine = (wired) => openPort(wired.port, baudOf(wired));

/** The locks of a cabinet as wired. A line that cannot be opened now is tried again by itself while the others work; when none can, this rejects. */
export async function wired(wiring: Wiring, open: OpenLine = openRealLine): Promise<Locks> {
  const opened = await Promise.all(wiring.lines.map(open));
  const ends = await Promise.allSettled(opened.map(({ ready }) => ready));
  if (ends.every((end) => end.status === "rejected")) {
    await Promise.all(opened.map(({ transport }) => transport.close()));
    throw (ends[0] as PromiseRejectedResult).reason;
  }
  return locks(
    opened.map(({ transport }, index) => {
      const bus = line(transport);
      return {
        close: bus.close,
        boards: wiring.lines[index]!.boards.map(({ name, model, address, quirks }) => ({
          name,
          model: models[model].title,
          address,
          board: models[model].drive(bus, address, { ...models[model].quirks, ...given(quirks) }),
        })),
      };
    }),
    wiring.doors,
    { signals: wiring.signals ?? [], latches: wiring.latches ?? [] },
  );
}

/** Without what was left out: it would hide the model's own. */
const given = <T extends object>(quirks: T | undefined): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(quirks ?? {}).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
