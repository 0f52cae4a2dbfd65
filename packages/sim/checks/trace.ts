import { createHash } from "node:crypto";
import { appendFileSync, writeFileSync } from "node:fs";

/** Everything that happens, in its order, as one hash; and as lines of a file for whoever wants to read it. */
export function traceOf(nowMs: () => number, file?: string) {
  const hash = createHash("sha256");
  let lines = 0;
  let buffer = "";
  if (file !== undefined) writeFileSync(file, "");
  return {
    line(what: string, detail?: unknown): void {
      const text = `${nowMs().toFixed(3)} ${what}${detail === undefined ? "" : ` ${typeof detail === "string" ? detail : JSON.stringify(detail)}`}\n`;
      hash.update(text);
      lines++;
      if (file === undefined) return;
      buffer += text;
      if (buffer.length > 65_536) this.flush();
    },
    /** What readers of the file need besides: it belongs to no moment of the run, and not to its hash. `atMs`: when it was so. */
    aside(atMs: number, what: string, detail: object): void {
      if (file !== undefined) buffer += `${atMs.toFixed(3)} ${what} ${JSON.stringify(detail)}\n`;
    },
    flush(): void {
      if (file !== undefined && buffer !== "") appendFileSync(file, buffer);
      buffer = "";
    },
    get lines(): number {
      return lines;
    },
    digest(): string {
      this.flush();
      return hash.copy().digest("hex");
    },
  };
}
export type Trace = ReturnType<typeof traceOf>;
