import { line } from "@pigeonhole/kit/line";
import { Refused } from "@pigeonhole/kit/refused";
import { sleep, type Timers } from "@pigeonhole/kit/timers";
import { modelNames, models, type ModelName } from "@pigeonhole/lock-boards/models";
import { Port } from "@pigeonhole/lock-boards/wiring";
import type { Commissioning } from "./commissioning.ts";
import type { DoorResult, Problem, Wizard } from "./wizard.ts";

export interface Terminal {
  readonly say: (line: string) => void;
  /** Resolves with what was typed, without spaces around it; undefined when nobody types any more. */
  readonly ask: (question: string) => Promise<string | undefined>;
}
interface Needs extends Terminal {
  readonly commissioning: Commissioning;
  readonly ports: () => Promise<readonly string[]>;
  readonly backendUrl: string | undefined;
  readonly timers: Timers;
  /** Boards to look for: all that can be driven, unless told. */
  readonly models?: readonly ModelName[];
}

/** How often it is looked whether an opened door has been shut. Milliseconds. */
const pollMs = 100;

/** The wizard as a conversation on a terminal. Ends when the cabinet is commissioned, or when nobody types any more: the next call goes on there. */
export async function dialog({
  commissioning: c,
  say,
  ask,
  ports,
  backendUrl,
  timers,
  models: wanted = modelNames,
}: Needs): Promise<boolean> {
  say("Commissioning. Each step is kept: end with Ctrl-D at any time and go on later.");
  for (;;) {
    const { wizard } = c;
    if (wizard.step === "done") {
      say(`This cabinet is station ${wizard.station} now. ${wizard.wiring.doors.length} doors are in service.`);
      return true;
    }
    try {
      if (!(await step(wizard))) return false;
    } catch (error) {
      say(error instanceof Refused ? error.message : chain(error));
    }
  }

  /** One question. False when nobody answers any more. */
  async function step(wizard: Exclude<Wizard, { step: "done" }>): Promise<boolean> {
    switch (wizard.step) {
      case "lines": {
        const known = await ports();
        say(`Lines of this computer: ${known.join(", ") || "none"}. A gateway is written tcp:<host>:<port>.`);
        const answer = await ask(`Which lines have lock boards? [${known.join(" ")}] `);
        if (answer === undefined) return false;
        const named = (answer || known.join(" ")).split(/[\s,]+/).filter(Boolean);
        const wrong = named.find((each) => !Port.safeParse(each).success);
        if (wrong !== undefined || named.length === 0) say(`${wrong ?? "A line"} must be serial:<device> or tcp:<host>:<port>.`);
        else await c.scan(named, wanted);
        return true;
      }
      case "boards": {
        if (wizard.found.length === 0) say("No board has answered. Check power and the wires A and B.");
        for (const { port, baud, model, address, answers } of wizard.found)
          say(
            `  ${models[model].title}, address ${address}, ${port} at ${baud} baud${answers === "one" ? "" : ": TWO BOARDS HAVE THIS ADDRESS, it seems"}`,
          );
        return choose("Shut all doors, then: [b]egin to open them, [s]can again? ", { b: c.begin, s: c.restart });
      }
      case "doors":
        return mapDoor(wizard);
      case "test":
        return testDoor(wizard);
      case "sign": {
        say(`${wizard.results.length} doors have passed.`);
        for (const result of wizard.failed) say(`  Left out: door ${result.door}: ${failed(result)}`);
        const technician = await ask("Who has tested them? Your name stands in the record: ");
        if (technician === undefined) return false;
        const named = line(80, 2).safeParse(technician);
        if (named.success) await c.sign(named.data);
        else say("Please type your name.");
        return true;
      }
      case "enrol": {
        say("The record is signed.");
        const url = await ask(`Address of the backend? [${backendUrl ?? "https://…"}] `);
        const token = url === undefined ? undefined : await ask("One-time token of this station? ");
        if (url === undefined || token === undefined) return false;
        await c.enrol(url || (backendUrl ?? ""), token);
        return true;
      }
    }
  }

  async function mapDoor({ trying, problem, doors }: Extract<Wizard, { step: "doors" }>): Promise<boolean> {
    const lock = `lock ${trying.lock} of board ${trying.board}`;
    if (trying.phase === "close") {
      say(`Door ${trying.door} is ${lock}. Push it shut.`);
      while (c.wizard.step === "doors" && c.wizard.trying.phase === "close") await sleep(timers, pollMs);
      return true;
    }
    if (trying.phase === "which" || trying.phase === "firing") {
      const answer = await ask(`${lock} was fired. Which door has opened? (its number; several with commas; 0 for none) `);
      if (answer === undefined) return false;
      const numbers = answer
        .split(/[\s,]+/)
        .filter(Boolean)
        .map(Number);
      if (numbers.length === 0 || numbers.some((n) => !Number.isInteger(n) || n < 0)) say("Please type the number on the door.");
      else await c.which(numbers.filter((n) => n > 0));
      return true;
    }
    if (problem) say(said(problem));
    return choose(`Open ${lock}? [o]pen, [l]eave it out, [f]inish with ${doors.length} doors: `, { o: c.fire, l: c.leaveOut, f: c.finish });
  }

  async function testDoor({ trying, results, wiring }: Extract<Wizard, { step: "test" }>): Promise<boolean> {
    if (trying === null) return true;
    if (trying.phase === "close") {
      say(`Door ${trying.door} opened in ${trying.result?.tookMs ?? "?"} ms. Push it shut.`);
      while (c.wizard.step === "test" && c.wizard.trying?.door === trying.door && c.wizard.trying.phase === "close")
        await sleep(timers, pollMs);
      return true;
    }
    if (trying.phase === "failed") say(`Door ${trying.door} has not passed: ${failed(trying.result)}`);
    return choose(
      `Test ${results.length + 1} of ${wiring.doors.length}, door ${trying.door}: [o]pen, [l]eave it out, [r]estart from the beginning: `,
      {
        o: c.fire,
        l: c.leaveOut,
        r: c.restart,
      },
    );
  }

  /** The first letter decides; the first choice is what Enter means. */
  async function choose(question: string, choices: Readonly<Record<string, () => Promise<void>>>): Promise<boolean> {
    const answer = await ask(question);
    if (answer === undefined) return false;
    const chosen = choices[answer[0]?.toLowerCase() ?? Object.keys(choices)[0]!];
    if (chosen) await chosen();
    else say(`Please answer with one of ${Object.keys(choices).join(", ")}.`);
    return true;
  }
}

/** What is wrong, and what to do about it. */
function said({ kind, board, lock, doors }: Problem): string {
  const at = `lock ${lock} of board ${board}`;
  const door = doors.join(" and ");
  switch (kind) {
    case "no_door":
      return `No door opened for ${at}: nothing hangs on it, its cable is broken, or the bolt is jammed.`;
    case "no_switch":
      return `Door ${door} opened, but no switch showed it: check the switch and its cable. Without it the door cannot be used.`;
    case "other_switch":
      return `Door ${door} opened, but another lock's switch moved: coil and switch of two doors are swapped on board ${board}.`;
    case "two_doors":
      return `Doors ${door} opened together: two boards have one address. Give one of them another and begin again with a scan.`;
    case "reversed":
      return `The switch of door ${door} is wired the other way round than the others of board ${board}.`;
    case "lost":
      return `Board ${board} cannot be understood any more: it is dead, or two boards with one address speak at once.`;
  }
}

function failed(result: DoorResult | null): string {
  if (result?.reason === "sensor") return "its sensor sees something in the empty box.";
  if (result?.reason === "door_stuck") return "the lock was fired and the door stayed shut.";
  if (result?.reason === "already_open") return "it was not shut.";
  if (result?.reason === "no_answer") return "its board does not answer.";
  if (result?.reason === "left_out") return "it was not tried.";
  return result?.outcome === "refused" ? `the board refused (${result.reason}).` : "nobody knows whether it opened.";
}

/** An outside failure with its causes. */
function chain(error: unknown): string {
  const words: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) words.push(at.message);
  return words.join(": ");
}
