import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useEffect, useState } from "react";
import { readTrace, type Trace } from "./read-trace.ts";
import { RunPage } from "./run-page.tsx";

/** Where the command that shows a run serves its trace; nothing is there when the page was opened without one. */
const given = "/trace";

type Opened = { readonly trace: Trace; readonly name: string } | { readonly fault: string } | "looking" | "none";

/** A run is opened from a file: the one that the command was given, or one that is chosen or dropped here. */
export function Open() {
  const [opened, show] = useState<Opened>("looking");
  const read = (text: string, name: string): void => {
    try {
      show({ trace: readTrace(text), name });
    } catch (error) {
      show({ fault: error instanceof Error ? error.message : String(error) });
    }
  };
  useEffect(() => {
    void fetch(given).then(
      async (answer) =>
        answer.ok ? read(await answer.text(), decodeURIComponent(answer.headers.get("x-name") ?? "a trace")) : show("none"),
      () => show("none"),
    );
  }, []);
  const take = (file: File | undefined): void => void file?.text().then((text) => read(text, file.name));
  return (
    <div
      className="min-h-dvh bg-ground text-ink"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
      }}
    >
      {typeof opened === "object" && "trace" in opened ? (
        <RunPage key={opened.name} trace={opened.trace} name={opened.name} other={<FileField onFile={take} />} />
      ) : (
        <main className="mx-auto grid max-w-xl gap-5 px-4 py-12">
          <h1 className="text-title font-semibold">Open a run</h1>
          <p className="text-ink-soft">
            Choose the trace of a run of the simulator, or drop it here. It stays in this browser. One is written by{" "}
            <code className="font-mono">npm run sim -- --seed 1 --parcels 20 --trace run.txt</code>.
          </p>
          {typeof opened === "object" && (
            <Notice kind="error" title="This cannot be shown">
              {opened.fault}
            </Notice>
          )}
          <FileField onFile={take} />
        </main>
      )}
    </div>
  );
}

function FileField({ onFile }: { onFile: (file: File | undefined) => void }) {
  return (
    <label className="grid gap-1 text-small text-ink-soft">
      Trace of a run
      <input
        type="file"
        accept=".txt,text/plain"
        className="min-h-11 text-ink"
        onChange={({ currentTarget }) => onFile(currentTarget.files?.[0])}
      />
    </label>
  );
}
