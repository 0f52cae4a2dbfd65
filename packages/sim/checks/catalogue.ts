import { invariants } from "@pigeonhole/server/invariants";
import { history } from "./history.ts";

/** Checked where it happens, with the truth beside it: which file, and by what. */
const beside: Readonly<Record<string, string>> = {
  "I-02": "at-the-cabinet: two stations never hold one parcel; looking: belief and truth agree in the end",
  "I-03": "truth: no lock is fired for a deposit where something else lies",
  "I-08": "looking: every door that a cabinet has is counted once, in one state",
  "I-11": "at-the-cabinet: what lies behind a door is written down there, or doubted",
  "I-12": "truth: no lock is fired without somebody who asked rightfully, no door opens without its lock",
  "I-13": "at-the-lock: an intent is written down first, and fires once",
  "I-14": "at-the-lock: a right opens once, and once more at most for whoever forgot something",
  "I-15": "at-the-lock: an order opens nothing at another station",
  "I-16": "at-the-lock: no order is carried out after its end and the tolerance",
  "I-17": "at-the-lock: orders are carried out in rising numbers",
  "I-18": "truth, people: the door that opened is the one that was named, and the parcel is behind it",
  "I-19": "at-the-cabinet: no station says that an open door is closed",
  "I-22": "at-the-lock: one door at a time, so many from afar in a minute",
  "I-24": "at-the-cabinet: what a sensor and the record contradict each other about, somebody is asked to look at",
  "I-25": "looking: whoever was thanked has a deposit on record",
  "I-27": "looking: what its owner has is collected",
  "I-28": "looking: it lies where it is said to lie",
  "I-29": "looking: what is said to be collected is with its owner",
  "I-38": "people/strangers: another shop, another customer, staff are told nothing",
  "I-40": "people/strangers: staff never read a code",
  "I-58": "looking: what was ordered is known",
  "I-66": "at-the-cabinet: a station's floor of time never falls, over any restart",
  "I-67": "looking: a promised window never shrinks; people: no code is refused before its promised end",
  "I-68": "looking: the whole trail is computed anew",
  "I-72": "at-the-cabinet, world: every opening has ended, nobody waits for ever",
  "I-73":
    "people: whoever has the right gets it, by a fresh code if need be, or is told whom to call; a code is never used up behind a shut door",
  "I-74": "at-the-cabinet: no station keeps an entry that the backend never took",
};

/** Why it is not looked at here, and where it is. */
const elsewhere: Readonly<Record<string, string>> = {
  "I-20": "what screens show: tests of the operations screen",
  "I-21": "needs a key beside the lock: tests of doors and tamper; an opening by force is counted here as a rare state",
  "I-23": "iron, not code",
  "I-33": "what a generator can draw: tests of access/codes",
  "I-34": "tests of the limiter and of access/codes; here people mistype",
  "I-35": "tests of the limiter",
  "I-39": "rights of operators: the access table asks every cell",
  "I-43": "MQTT's topics are not simulated: tests of the broker",
  "I-44": "firmware is not simulated: tests of update/",
  "I-45": "firmware is not simulated: tests of update/",
  "I-46": "firmware is not simulated: tests of update/",
  "I-47": "firmware is not simulated: tests of update/",
  "I-48": "keys in hardware: tests of provisioning",
  "I-61": "one process has nobody to fence off: chaos",
  "I-62": "tests of the protocol; here a message may arrive damaged",
  "I-63": "shown by belief and truth in the end, under every order and repetition of messages",
  "I-65": "shown by clocks that drift and jump while I-16 and I-73 are looked at",
};

/** All that concern doors, rights, events, time and the trail: I-01 to I-48, I-56 to I-68, I-72 to I-74. */
export const wanted: readonly string[] = [
  ...Array.from({ length: 48 }, (_, i) => i + 1),
  ...Array.from({ length: 13 }, (_, i) => i + 56),
  72,
  73,
  74,
].map((n) => `I-${String(n).padStart(2, "0")}`);

export interface Entry {
  readonly id: string;
  /** By which checks, each a sentence; none: why not. */
  readonly by: readonly string[];
  readonly why: string | undefined;
}

/** What becomes of each promise of the catalogue in a simulated world. */
export function catalogue(): readonly Entry[] {
  const said = (list: readonly { readonly id: string; readonly says: string }[], where: string, id: string): string[] =>
    list.filter((each) => each.id === id).map(({ says }) => `${where}: ${says}`);
  return wanted.map((id) => {
    const by = [...said(invariants, "the product's list", id), ...said(history, "the whole history", id), ...[beside[id] ?? []].flat()];
    return { id, by, why: by.length > 0 ? undefined : elsewhere[id] };
  });
}
