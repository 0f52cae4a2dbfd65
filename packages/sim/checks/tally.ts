/** What has happened, counted by name, and what must not happen, kept in words. */
export function tally() {
  const counts = new Map<string, number>();
  const marks = new Map<string, number>();
  const broken: { readonly invariant: string; readonly what: string; readonly atMs: number }[] = [];
  const add = (map: Map<string, number>, name: string, by = 1): void => void map.set(name, (map.get(name) ?? 0) + by);
  const notes = new Map<string, string>();
  return {
    counts,
    marks,
    broken,
    notes,
    count: (name: string, by = 1): void => add(counts, name, by),
    /** A rare state was reached: that it is reached at all shows that the run is worth something. */
    sometimes: (name: string, times = 1): void => add(marks, name, times),
    /** A promise is broken. */
    violated(invariant: string, what: string, atMs: number): void {
      if (broken.length < 200) broken.push({ invariant, what, atMs });
    },
    /** Something to look at, the first of its kind. */
    note(name: string, what: string): void {
      add(counts, `note: ${name}`);
      if (!notes.has(name)) notes.set(name, what);
    },
  };
}
export type Tally = ReturnType<typeof tally>;
