// A reporter beside the others: which files a test run waits for longest.
import type { TestEvent } from "node:test/reporters";
import path from "node:path";

const shown = 12;

/** Prints the slowest files of a run when it has ended, the slowest first, in seconds of wall time. */
export default async function* slowest(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files: { file: string; ms: number }[] = [];
  for await (const event of source)
    if (event.type === "test:summary" && event.data.file !== undefined) files.push({ file: event.data.file, ms: event.data.duration_ms });
  if (files.length < 2) return;
  const lines = files.toSorted((a, b) => b.ms - a.ms).slice(0, shown);
  yield `\nslowest: ${lines.map(({ file, ms }) => `${path.relative(process.cwd(), file)} ${(ms / 1_000).toFixed(0)} s`).join(", ")}\n`;
}
