/** A test that has to notice a fault: the file, and a part of the test's name that is in no other name of that file. */
export type Killer = readonly [file: string, test: string];

/** One fault, put by hand into what the product promises. At least one of its killers has to fail with it. */
export interface Mutant {
  readonly name: string;
  /** What it would break: invariants, goals and requirements by their ids. */
  readonly breaks: string;
  readonly file: string;
  /** What stands there; exactly once, or the fault is out of date. */
  readonly from: string;
  readonly to: string;
  readonly killers: readonly [Killer, ...Killer[]];
}

/** The text with the fault in it; a sentence when there is no such place, or several. */
export function mutated(text: string, { name, file, from, to }: Mutant): { readonly text: string } | { readonly outOfDate: string } {
  const places = text.split(from).length - 1;
  if (places !== 1)
    return {
      outOfDate: `${name}: ${JSON.stringify(from.slice(0, 80))} stands ${places} times in ${file}, not once: bring the fault up to date`,
    };
  // A function, since a text would give "$" in `to` a meaning.
  return { text: text.replace(from, () => to) };
}
