import { frameParser } from "./framing.ts";
import { line } from "./line.ts";
import { models, type ModelName } from "./models.ts";
import type { Transport } from "./transport.ts";

/** What answered at one address. */
export interface FoundBoard {
  readonly model: ModelName;
  readonly baud: number;
  readonly address: number;
  /**
   * `one`: a sound answer. `several`: more than one sound answer to one question. `garbled`: something answers that nobody can understand.
   * The last two are what two boards with one address look like.
   */
  readonly answers: "one" | "several" | "garbled";
}

/** What is looked for, and on which line. */
export interface ScanOptions {
  readonly models: readonly ModelName[];
  /** Opens the line at a speed; it is closed before the next one. */
  readonly open: (baud: number) => Promise<Transport>;
  /** Called after each question, and told how many there will be. */
  readonly progress?: (done: number, all: number) => void;
  /** Silence after which nobody is at an address. */
  readonly replyTimeoutMs?: number;
  /** The pause after silence, into which late answers fall. */
  readonly lateMs?: number;
  readonly signal?: AbortSignal;
}

/** Relay boards may have any of 247 addresses; nobody mounts more than these on one line. */
const relayAddresses = 32;
/** A second answer to a question comes right behind the first. Milliseconds. */
const secondMs = 25;
/** What answers garbled once may be noise. */
const tries = 2;

/** Every model's own speeds, and at each speed its addresses. Relay boards of all sizes answer alike: they are looked for as the smallest. */
function questions(names: readonly ModelName[]): Map<number, { readonly model: ModelName; readonly address: number }[]> {
  const relays = names.filter((name) => name.startsWith("relay"));
  const bySpeed = new Map<number, { model: ModelName; address: number }[]>();
  for (const model of names.filter((name) => !relays.includes(name) || name === relays[0])) {
    const { bauds, addresses } = models[model];
    const last = relays.includes(model) ? Math.min(addresses.last, relayAddresses) : addresses.last;
    for (const baud of bauds) {
      const here = bySpeed.get(baud) ?? [];
      for (let address = addresses.first; address <= last; address++) here.push({ model, address });
      bySpeed.set(baud, here);
    }
  }
  return bySpeed;
}

/** Asks every address of every model at every speed for its status, and nothing else: no door moves. */
export async function scan({ models: names, open, progress, replyTimeoutMs = 80, lateMs, signal }: ScanOptions): Promise<FoundBoard[]> {
  const plan = questions(names);
  const all = [...plan.values()].reduce((sum, each) => sum + each.length, 0);
  const found: FoundBoard[] = [];
  let done = 0;
  for (const [baud, here] of plan) {
    const transport = await open(baud);
    let heard: Uint8Array[] = [];
    const bus = line(
      {
        ...transport,
        write: (bytes) => {
          heard = [];
          return transport.write(bytes);
        },
        onData: (reader) =>
          transport.onData((chunk) => {
            heard.push(chunk.slice());
            reader(chunk);
          }),
      },
      lateMs,
    );
    try {
      for (const { model, address } of here) {
        signal?.throwIfAborted();
        const board = models[model].drive(bus, address, { ...models[model].quirks, replyTimeoutMs });
        let answers: FoundBoard["answers"] | undefined;
        for (let attempt = 0; attempt < tries && answers !== "one" && answers !== "several"; attempt++) {
          heard = [];
          const readings = await board.status([1]);
          await new Promise((resolve) => setTimeout(resolve, readings.size > 0 ? secondMs : 0));
          answers =
            readings.size > 0 ? (soundAnswers(model, address, heard) > 1 ? "several" : "one") : heard.length > 0 ? "garbled" : undefined;
          if (answers === undefined) break;
        }
        if (answers) found.push({ model, baud, address, answers });
        progress?.(++done, all);
      }
    } finally {
      await bus.close();
    }
  }
  // Words of one family heard as noise by another are no find of their own.
  return found.filter(
    (each) =>
      each.answers !== "garbled" ||
      !found.some((other) => other !== each && other.answers !== "garbled" && other.baud === each.baud && other.address === each.address),
  );
}

function soundAnswers(model: ModelName, address: number, heard: readonly Uint8Array[]): number {
  let count = 0;
  const parser = frameParser(models[model].statusReplies(address), () => count++);
  for (const chunk of heard) parser.push(chunk);
  return count;
}
