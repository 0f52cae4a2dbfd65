import { isReceiptPage, readReceipts } from "@pigeonhole/protocol/receipts";
import { verifyEntries } from "@pigeonhole/receipts/entries";
import { maxFileBytes, type Receipt } from "@pigeonhole/receipts/file";
import type { StationEntry } from "@pigeonhole/receipts/station-entry";
import { verify, type Checked, type Verification as FileVerification } from "@pigeonhole/receipts/verify";
import { ask } from "@pigeonhole/ui/ask";
import { Button } from "@pigeonhole/ui/button.tsx";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { TextField } from "@pigeonhole/ui/field.tsx";
import { grouped } from "@pigeonhole/ui/format";
import { CheckIcon, CloseIcon } from "@pigeonhole/ui/icons.tsx";
import { useFormats, useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { ParcelTimeline } from "@pigeonhole/ui/parcel-timeline.tsx";
import { Spinner } from "@pigeonhole/ui/spinner.tsx";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useId, useState, type DragEvent } from "react";
import { readPicture } from "../courier/reader.ts";
import { custody, devices } from "../shell/api.ts";
import { kept } from "../shell/kept.ts";
import { words } from "./words.ts";

/** Of a file, or of a square. */
type Verification = FileVerification & { readonly entries?: readonly StationEntry[] };

const route = getRouteApi("/verify");

const authorityQuery = {
  queryKey: ["authority"],
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
  queryFn: async () => (await kept("authority", () => ask(devices.authority.$get()))).value,
} as const;

/** The file of a parcel that the reader may see, exactly as it is. */
async function fileOf(parcel: string): Promise<string> {
  const answer = await custody.parcels[":parcel"].receipts.$get({ param: { parcel } });
  if (answer.status === 200) return answer.text();
  return ask(Promise.resolve(answer)) as Promise<never>;
}

/** A square from a station's screen: its certificates are public, and kept on this device once they were fetched. */
async function verifyPage(text: string, pinned: string, authority: string): Promise<Verification> {
  const signed = readReceipts(text)?.entries ?? [];
  const station = stationOf(signed[0]?.body);
  const certificates = await kept(`certificates:${station}`, () =>
    ask(devices.stations[":station"].certificates.$get({ param: { station } })),
  ).then(
    ({ value }) => value.certificates,
    () => [],
  );
  const { entries, ...verified } = await verifyEntries(signed, { certificates, authority }, pinned);
  return { ...verified, entries, fingerprint: undefined, receipts: [] };
}
function stationOf(body: string | undefined): string {
  try {
    return String((JSON.parse(body ?? "{}") as { station?: unknown }).station);
  } catch {
    return "";
  }
}

/** Open to everybody, and without a server once it is loaded: each check of a receipt file in words (F2). */
export function VerifyPage() {
  const say = useSay(words);
  const { parcel } = route.useSearch();
  const authority = useQuery(authorityQuery).data;
  const [pin, setPin] = useState<string>();
  const [text, setText] = useState<string>();
  const fetched = useQuery({ queryKey: ["receipts", parcel], enabled: parcel !== undefined, retry: false, queryFn: () => fileOf(parcel!) });
  const shown = text ?? fetched.data;
  const pinned = pin ?? authority?.fingerprint ?? "";
  const [result, setResult] = useState<{ of: string; pin: string; is: Verification }>();
  useEffect(() => {
    if (shown === undefined) return undefined;
    let isStale = false;
    void (isReceiptPage(shown) ? verifyPage(shown, pinned, authority?.certificate ?? "") : verify(shown, pinned)).then((is) => {
      if (!isStale) setResult({ of: shown, pin: pinned, is });
    });
    return () => {
      isStale = true;
    };
  }, [shown, pinned, authority]);
  return (
    <div className="page grid max-w-3xl gap-6 py-6">
      <header className="grid gap-2">
        <h1 className="text-display">{say("title")}</h1>
        <p className="text-ink-soft">{say("lead")}</p>
      </header>
      {fetched.isError && text === undefined && <Failed error={fetched.error} onRetry={() => void fetched.refetch()} />}
      {parcel !== undefined && fetched.isPending && text === undefined && <Spinner why={say("loading")} />}
      {shown !== undefined && result?.of === shown && result.pin === pinned && <Shown text={shown} verification={result.is} />}
      <TextField label={say("pin")} hint={say("pin_hint")} value={pinned} onChange={setPin} autoComplete="off" spellCheck="false" />
      <Bring onText={setText} isAgain={shown !== undefined} />
    </div>
  );
}

function Bring({ onText, isAgain }: { onText: (text: string) => void; isAgain: boolean }) {
  const say = useSay(words);
  const id = useId();
  const [pasted, paste] = useState("");
  const [isOver, setOver] = useState(false);
  // A file that is too large is read no further: it is none of ours.
  // A picture may show the square of a station's screen.
  const read = async (file: Blob): Promise<string> =>
    file.type.startsWith("image/") ? ((await readPicture(file, ["QRCode"])) ?? "") : file.slice(0, maxFileBytes + 1).text();
  const take = (file: Blob | undefined) => void (file && read(file).then(onText));
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  return (
    <section className="grid gap-4" aria-label={isAgain ? say("again") : say("drop")}>
      <label
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={`grid cursor-pointer justify-items-center gap-3 rounded-large border-2 border-dashed p-6 text-center ${isOver ? "border-accent bg-sunken" : "border-line-strong"}`}
      >
        <span className="text-lead">{say("drop")}</span>
        <span className={look("plain")}>{say("choose")}</span>
        <input type="file" accept=".json,application/json,image/*" className="sr-only" onChange={({ target }) => take(target.files?.[0])} />
      </label>
      <form
        className="grid gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (pasted !== "") onText(pasted.endsWith("\n") || isReceiptPage(pasted) ? pasted : `${pasted}\n`);
        }}
      >
        <label htmlFor={id} className="font-semibold">
          {say("paste")}
        </label>
        <textarea
          id={id}
          rows={4}
          value={pasted}
          onChange={({ target }) => paste(target.value)}
          spellCheck={false}
          className="rounded-medium border border-line-strong bg-surface p-3 font-mono text-small"
        />
        <Button type="submit" isDisabled={pasted === ""}>
          {say("check")}
        </Button>
      </form>
    </section>
  );
}

function Shown({ text, verification }: { text: string; verification: Verification }) {
  const say = useSay(words);
  const formats = useFormats();
  const { isGood, checks, receipts, entries = [] } = verification;
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  const entry = ({ number, from, to, at, compartment, evidence }: Receipt) => ({
    key: String(number),
    what: from
      ? say("move", { from: say(`who.${from.kind}`), to: say(`who.${to.kind}`) })
      : say("move.first", { to: say(`who.${to.kind}`) }),
    when: formats.full(at),
    at,
    where: compartment === null ? undefined : say("door", { number: compartment }),
    proof: evidence.kind === "station_event" ? say("entry", { seq: evidence.seq }) : say("network"),
    state: "done" as const,
  });
  const number = receipts[0]?.parcelNumber;
  return (
    <section className="grid gap-5" data-verified={isGood}>
      <Notice kind={isGood ? "good" : "error"} title={say(isGood ? "good" : "bad")} announce heading="part">
        {isGood ? say(entries.length > 0 ? "good_square" : "good_body") : undefined}
      </Notice>
      <ul className="grid gap-2">
        {checks.map((each) => (
          <CheckRow key={each.check} {...each} />
        ))}
      </ul>
      {entries.map(({ event, at, seq }) => (
        <p key={seq} className={`card p-5 ${isGood ? "" : "opacity-60"}`}>
          {say("square", { door: event.compartment, when: formats.full(at), seq })}
        </p>
      ))}
      <p className="text-small text-ink-soft">
        {say("zone", { zone: formats.zone(receipts[0]?.at ?? entries[0]?.at ?? "1970-01-01T00:00:00Z") })}
      </p>
      {receipts.length > 0 && (
        <div className={`card grid gap-4 p-5 ${isGood ? "" : "opacity-60"}`}>
          <h2 className="flex flex-wrap items-baseline justify-between gap-3 text-title">
            {number !== undefined && say("parcel", { number: grouped(number) })}
            {url !== undefined && isGood && (
              <a href={url} download={`receipts-${number}.json`} className={look("plain")}>
                {say("save")}
              </a>
            )}
          </h2>
          <ParcelTimeline label={say("way")} entries={receipts.map(entry)} />
        </div>
      )}
    </section>
  );
}

function CheckRow({ check, isOk, number }: Checked) {
  const say = useSay(words);
  return (
    <li className="flex items-center gap-3">
      <span
        aria-hidden
        className={`grid size-7 shrink-0 place-items-center rounded-full ${isOk === undefined ? "bg-sunken" : isOk ? "bg-good-soft text-good" : "bg-bad text-on-bad"}`}
      >
        {isOk === undefined ? "·" : isOk ? <CheckIcon size={16} /> : <CloseIcon size={16} />}
      </span>
      <span className={isOk === undefined ? "text-ink-soft" : isOk ? "" : "font-semibold"}>
        {say(`${check}.${isOk === false ? "bad" : "good"}`)}
        {isOk === undefined && ` (${say("not_looked")})`}
        {number !== undefined && ` (${say("at_receipt", { number })})`}
      </span>
    </li>
  );
}
