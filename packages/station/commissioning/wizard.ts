import { Refused } from "@pigeonhole/kit/refused";
import { models, modelNames } from "@pigeonhole/lock-boards/models";
import { Port, Wiring } from "@pigeonhole/lock-boards/wiring";
import { z } from "zod";

// The steps of commissioning a cabinet, as pure data: what is known, and what follows from what a technician says or a board shows. Kept on the
// disk after each step, so that a power cut in the middle loses nothing.

/** What the scan found at one address. `name` is how the wiring will call it. */
export const Found = z.strictObject({
  port: Port,
  baud: z.int(),
  model: z.enum(modelNames),
  address: z.int(),
  answers: z.enum(["one", "several", "garbled"]),
});
export type Found = z.output<typeof Found>;

export const Board = z.strictObject({
  name: z.string(),
  port: Port,
  baud: z.int(),
  model: z.enum(modelNames),
  address: z.int(),
  /** Learned from the first door that opened; null before. */
  polarity: z.enum(["one_is_closed", "zero_is_closed"]).nullable(),
});
export type Board = z.output<typeof Board>;

/** One lock of one board. */
export const Place = z.strictObject({ board: z.string(), lock: z.int().min(1) });
export type Place = z.output<typeof Place>;

/** What was found wrong, and at which lock. It stands until the technician tries that lock again or leaves it out. */
export const Problem = z.strictObject({
  ...Place.shape,
  /**
   * `no_door`: no door opened. `no_switch`: a door opened, and no switch showed it. `other_switch`: another lock's switch showed it: coil and
   * switch are swapped (I-18). `two_doors`: two doors opened, so two boards have this address. `reversed`: this switch is wired the other way round than
   * the others of its board. `lost`: the board has not been understood since: it is dead, or two speak at once. `doors`: what the technician saw.
   */
  kind: z.enum(["no_door", "no_switch", "other_switch", "two_doors", "reversed", "lost"]),
  doors: z.array(z.int()),
});
export type Problem = z.output<typeof Problem>;

/** What the switches did after a lock was fired; readings under each model's own polarity. */
export const Seen = z.strictObject({
  /** The switch of the fired lock before: null when it could not be read. */
  before: z.enum(["closed", "open"]).nullable(),
  moved: z.array(Place),
  /** Its board did not answer afterwards. */
  isLost: z.boolean(),
});
export type Seen = z.output<typeof Seen>;

const Trying = z.strictObject({
  ...Place.shape,
  /** `firing` is on the disk before the lock is fired: found there after a power cut, it is not fired again by itself. */
  phase: z.enum(["ready", "firing", "which", "close"]),
  seen: Seen.nullable(),
  door: z.int().nullable(),
});

export const DoorResult = z.strictObject({
  door: z.int(),
  outcome: z.enum(["opened", "refused", "unknown"]),
  reason: z.string().nullable(),
  /** From the unlock to the switch. */
  tookMs: z.int().nullable(),
  isSeenClosed: z.boolean(),
  /** What a sensor said with the door closed and nothing inside; null where none looks. */
  isOccupied: z.boolean().nullable(),
});
export type DoorResult = z.output<typeof DoorResult>;

/** A door that was left out of service, with what its last test showed. */
export const FailedDoor = z.strictObject({ ...DoorResult.shape, ...Place.shape });
export type FailedDoor = z.output<typeof FailedDoor>;

/** What the test has shown so far. */
const tried = { wiring: Wiring, results: z.array(DoorResult), failed: z.array(FailedDoor).default([]) };

export const Wizard = z.discriminatedUnion("step", [
  /** Where are the boards? */
  z.strictObject({ step: z.literal("lines") }),
  z.strictObject({ step: z.literal("boards"), found: z.array(Found) }),
  z.strictObject({
    step: z.literal("doors"),
    boards: z.array(Board),
    doors: z.array(z.strictObject({ door: z.int(), ...Place.shape })),
    leftOut: z.array(Place),
    problem: Problem.nullable(),
    trying: Trying,
  }),
  z.strictObject({
    step: z.literal("test"),
    ...tried,
    trying: z
      .strictObject({ door: z.int(), phase: z.enum(["ready", "firing", "close", "failed"]), result: DoorResult.nullable() })
      .nullable(),
  }),
  /** All doors that are to be in service have passed: whoever tested them says who they are. */
  z.strictObject({ step: z.literal("sign"), ...tried }),
  /** The record is signed: the network is missing. */
  z.strictObject({ step: z.literal("enrol"), ...tried }),
  z.strictObject({ step: z.literal("done"), station: z.uuid(), ...tried }),
]);
export type Wizard = z.output<typeof Wizard>;
type Doors = Extract<Wizard, { step: "doors" }>;
type Test = Extract<Wizard, { step: "test" }>;

/** What a technician says (`begin`, `fire`, `which` … `sign`, `restart`), and what boards and network answer (`scanned`, `fired`, `closed`, `tested`, `enrolled`). */
export type Happening =
  | { readonly kind: "scanned"; readonly found: readonly Found[] }
  | { readonly kind: "begin" }
  | { readonly kind: "fire" }
  | { readonly kind: "fired"; readonly seen: Seen }
  | { readonly kind: "which"; readonly doors: readonly number[] }
  | { readonly kind: "again" }
  | { readonly kind: "leave_out" }
  | { readonly kind: "closed"; readonly isOccupied: boolean | null }
  | { readonly kind: "finish" }
  | { readonly kind: "tested"; readonly result: DoorResult }
  | { readonly kind: "sign"; readonly technician: string }
  | { readonly kind: "enrolled"; readonly station: string }
  | { readonly kind: "restart" };

export const beginning: Wizard = { step: "lines" };

/** What follows. Refuses with a sentence what does not belong to this step, and changes nothing then. */
export function follow(wizard: Wizard, event: Happening): Wizard {
  if (event.kind === "restart") {
    if (wizard.step === "done") return no("This cabinet is commissioned.");
    return beginning;
  }
  if (wizard.step === "lines" && event.kind === "scanned") return { step: "boards", found: [...event.found] };
  if (wizard.step === "boards") {
    if (event.kind === "scanned") return { step: "boards", found: [...event.found] };
    if (event.kind === "begin") return begun(wizard.found);
  }
  if (wizard.step === "doors") return mapping(wizard, event);
  if (wizard.step === "test") return testing(wizard, event);
  if (wizard.step === "sign" && event.kind === "sign") return { ...wizard, step: "enrol" };
  if (wizard.step === "enrol" && event.kind === "enrolled") return { ...wizard, step: "done", station: event.station };
  return no("That does not belong to this step.");
}

function no(sentence: string): never {
  throw new Refused("wrong_step", sentence);
}

function begun(found: readonly Found[]): Wizard {
  const twins = found.find((each) => each.answers !== "one");
  if (twins) {
    const { title } = models[twins.model];
    no(
      `At address ${twins.address} of ${twins.port} two boards (${title}) seem to answer. Give one of them another address and scan again.`,
    );
  }
  if (found.length === 0) no("No board has been found. Check power and the wires A and B, and scan again.");
  const slower = found.find((each) => found.some((other) => other.port === each.port && other.baud !== each.baud));
  if (slower) no(`Boards on ${slower.port} answer at different speeds. Set them to one speed and scan again.`);
  const boards = found.map(({ answers: _, ...each }, n): Board => ({
    ...each,
    name: String.fromCodePoint("A".codePointAt(0)! + n),
    polarity: null,
  }));
  const first = boards[0]!.name;
  return { step: "doors", boards, doors: [], leftOut: [], problem: null, trying: ready({ board: first, lock: 1 }) };
}

const ready = ({ board, lock }: Place): Doors["trying"] => ({ board, lock, phase: "ready", seen: null, door: null });
const isSame = (one: Place, other: Place): boolean => one.board === other.board && one.lock === other.lock;

function mapping(wizard: Doors, event: Happening): Wizard {
  const { trying } = wizard;
  const { phase } = trying;
  switch (event.kind) {
    case "fire":
      return phase === "ready"
        ? { ...wizard, problem: null, trying: { ...trying, phase: "firing" } }
        : no("First say which door has opened.");
    case "fired":
      if (phase !== "firing") return no("Nothing has been fired.");
      return { ...wizard, trying: { ...trying, phase: "which", seen: event.seen } };
    case "which":
      // After a power cut nobody knows whether the lock was fired; the technician sees whether a door stands open.
      if (phase !== "which" && phase !== "firing") return no("Open the next lock first.");
      return saw(wizard, event.doors);
    case "closed":
      return phase === "close" ? mapped(wizard) : no("No door is waited for.");
    case "again":
      return { ...wizard, problem: null, trying: ready(trying) };
    case "leave_out":
      return next({ ...wizard, problem: null, leftOut: [...wizard.leftOut, { board: trying.board, lock: trying.lock }] });
    case "finish":
      if (phase === "close") return no("Push the open door shut first.");
      return tested(wizard);
    default:
      return no("That does not belong to this step.");
  }
}

/** The technician has said which doors opened. */
function saw(wizard: Doors, doors: readonly number[]): Wizard {
  const { trying, boards } = wizard;
  const { board: name, lock, seen } = trying;
  const problem = (kind: Problem["kind"]): Wizard => ({
    ...wizard,
    problem: { board: name, lock, kind, doors: [...doors] },
    trying: ready(trying),
  });
  const taken = wizard.doors.find((each) => doors.includes(each.door));
  if (taken) no(`Door ${taken.door} is already on lock ${taken.lock} of board ${taken.board}. Which door is open now?`);
  if (doors.length > 1) return problem("two_doors");
  if (doors.length === 0) return problem(seen?.isLost ? "lost" : "no_door");
  // Not seen by us: fired before a power cut. It is opened once more, with eyes on the switch.
  if (seen === null) return { ...wizard, trying: ready(trying) };
  const own = seen.moved.filter((each) => isSame(each, trying));
  if (seen.isLost) return problem("lost");
  if (seen.moved.length > own.length) return problem("other_switch");
  if (own.length === 0 || seen.before === null) return problem("no_switch");
  const board = boards.find((each) => each.name === name)!;
  // Before it opened the door was closed: what the switch showed then is "closed".
  const usual = models[board.model].quirks.polarity;
  const polarity = seen.before === "closed" ? usual : usual === "one_is_closed" ? "zero_is_closed" : "one_is_closed";
  if (board.polarity !== null && board.polarity !== polarity) return problem("reversed");
  return {
    ...wizard,
    boards: boards.map((each) => (each === board ? { ...each, polarity } : each)),
    trying: { ...trying, phase: "close", door: doors[0]! },
  };
}

const mapped = (wizard: Doors): Wizard => {
  const { board, lock, door } = wizard.trying;
  return next({ ...wizard, doors: [...wizard.doors, { door: door!, board, lock }] });
};

/** The lock after this one that is neither mapped nor left out; the test after the last. */
function next(wizard: Doors): Wizard {
  const done = [...wizard.doors, ...wizard.leftOut];
  for (const { name, model } of wizard.boards) {
    for (let lock = 1; lock <= models[model].locks; lock++) {
      const place = { board: name, lock };
      if (!done.some((each) => isSame(each, place))) return { ...wizard, trying: ready(place) };
    }
  }
  return tested(wizard);
}

/** Everything that was found, as the station reads it at each start. */
function tested({ boards, doors }: Doors): Wizard {
  if (doors.length === 0) no("No door has been found yet.");
  const used = boards.filter(({ name }) => doors.some((each) => each.board === name));
  const ports = Map.groupBy(used, ({ port, baud }) => `${port} ${baud}`);
  const wiring: Wiring = {
    v: 1,
    lines: [...ports.values()].map((onLine) => ({
      port: onLine[0]!.port,
      baud: onLine[0]!.baud,
      boards: onLine.map(({ name, model, address, polarity }) => ({ name, model, address, ...(polarity && { quirks: { polarity } }) })),
    })),
    doors: doors.toSorted((a, b) => a.door - b.door),
  };
  const parsed = Wiring.safeParse(wiring);
  if (!parsed.success) no(parsed.error.issues.map((issue) => issue.message).join(" "));
  return { step: "test", wiring, results: [], failed: [], trying: { door: wiring.doors[0]!.door, phase: "ready", result: null } };
}

function testing(wizard: Test, event: Happening): Wizard {
  const { trying, wiring, results } = wizard;
  if (trying === null) return no("All doors are tested.");
  switch (event.kind) {
    case "fire":
      // Found here after a power cut as well: the door is looked at before it is fired again.
      if (trying.phase === "close") return no("Push the open door shut first.");
      return { ...wizard, trying: { ...trying, phase: "firing", result: null } };
    case "tested":
      if (trying.phase !== "firing") return no("Nothing has been fired.");
      return { ...wizard, trying: { ...trying, phase: event.result.outcome === "opened" ? "close" : "failed", result: event.result } };
    case "again":
      return { ...wizard, trying: { ...trying, phase: "ready", result: null } };
    case "leave_out": {
      if (trying.phase === "close") return no("Push the open door shut first.");
      const doors = wiring.doors.filter(({ door }) => door !== trying.door);
      const { board, lock } = wiring.doors.find(({ door }) => door === trying.door)!;
      if (doors.length === 0) return no("A cabinet needs at least one door.");
      const left = { ...(trying.result ?? untried(trying.door)), board, lock };
      return onward({ ...wizard, wiring: { ...wiring, doors }, failed: [...wizard.failed, left] }, results);
    }
    case "closed": {
      if (trying.phase !== "close") return no("No door is waited for.");
      const passed = { ...trying.result!, isSeenClosed: true, isOccupied: event.isOccupied };
      // Nothing lies in a new cabinet: a sensor that sees something is dirty or wired the other way round.
      if (event.isOccupied === true) return { ...wizard, trying: { ...trying, phase: "failed", result: { ...passed, reason: "sensor" } } };
      return onward(wizard, [...results, passed]);
    }
    default:
      return no("That does not belong to this step.");
  }
}

function onward(wizard: Test, results: DoorResult[]): Wizard {
  const after = wizard.wiring.doors.find(({ door }) => !results.some((each) => each.door === door));
  return after
    ? { ...wizard, results, trying: { door: after.door, phase: "ready", result: null } }
    : { step: "sign", wiring: wizard.wiring, results, failed: wizard.failed };
}

const untried = (door: number): DoorResult => ({
  door,
  outcome: "refused",
  reason: "left_out",
  tookMs: null,
  isSeenClosed: false,
  isOccupied: null,
});
