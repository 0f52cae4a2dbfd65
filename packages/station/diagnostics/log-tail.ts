/** So many of the newest lines are kept; a line is cut after so many characters. */
const maxLines = 200;
const maxLength = 1_000;

/** What a log line must not show even where nobody named it a secret: addresses, digits that could be a code or a number, long keys. */
const masks: readonly (readonly [RegExp, string])[] = [
  [/[\w.+-]+@[\w-]+\.[\w.-]+/g, "[mail]"],
  [/[A-Za-z0-9_-]{40,}/g, "[key]"],
  // Times of the log have thirteen digits, ports and counts fewer than six.
  [/(?<![\d:.-])\+?\d{6,12}(?!\d)/g, "[number]"],
];
export const masked = (line: string): string =>
  masks.reduce((text, [pattern, mask]) => text.replace(pattern, mask), line).slice(0, maxLength);

/** The newest lines of this process's log, in memory, masked. */
export function logTail() {
  let lines: string[] = [];
  let listener: ((line: string) => void) | undefined;
  return {
    write(line: string): void {
      const text = masked(line.trimEnd());
      lines = [...lines.slice(1 - maxLines), text];
      listener?.(text);
    },
    lines: (): readonly string[] => lines,
    /** One at a time; undefined: nobody listens any more. */
    listen(next: ((line: string) => void) | undefined): void {
      listener = next;
    },
  };
}
export type LogTail = ReturnType<typeof logTail>;
