import { isReceiptPage, readReceipts } from "@pigeonhole/protocol/receipts";
import { Failed } from "@pigeonhole/ui/failed.tsx";
import { BackIcon, CameraIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { look } from "@pigeonhole/ui/look";
import { Notice } from "@pigeonhole/ui/notice.tsx";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ChangeEvent } from "react";
import { anyScan } from "../shell/scanner.ts";
import { To } from "../shell/to.tsx";
import { useScanner } from "../shell/use-scanner.ts";
import { Camera } from "./camera.tsx";
import { feel } from "./feel.ts";
import { readPicture } from "./reader.ts";
import { Thumb } from "./route-page.tsx";
import { deliver } from "./unsent.ts";
import { words } from "./words.ts";

const formats = ["QRCode"] as const;

interface Seen {
  readonly pages: number;
  readonly read: readonly number[];
  readonly parcels: number;
  readonly isSent: boolean;
  readonly isRefused: boolean;
}

/** A station without a connection shows receipts; this phone carries them (F4). */
export function ReceiptsPage() {
  const say = useSay(words);
  const queries = useQueryClient();
  const [seen, see] = useState<Seen>();
  const [isStrange, setStrange] = useState(false);
  const carry = useMutation({
    mutationFn: deliver,
    onSuccess: async (delivered, page) => {
      const { page: at, pages, entries } = readReceipts(page)!;
      feel("good");
      see((before) => {
        const isSame = before?.pages === pages && !before.read.includes(at);
        return {
          pages,
          read: isSame ? [...before.read, at] : [at],
          parcels: (isSame ? before.parcels : 0) + entries.length,
          isSent: delivered.kind === "sent",
          isRefused:
            (isSame && before.isRefused) || (delivered.kind === "sent" && delivered.receipts.some(({ outcome }) => outcome === "refused")),
        };
      });
      await queries.invalidateQueries({ queryKey: ["route"] });
    },
    onError: () => feel("bad"),
  });
  const read = (text: string | null) => {
    const isOurs = text !== null && isReceiptPage(text) && readReceipts(text) !== undefined;
    setStrange(!isOurs);
    if (isOurs && !carry.isPending) carry.mutate(text.trim());
  };
  useScanner({ isScan: anyScan, onScan: read });
  const choose = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const file = target.files?.[0];
    target.value = "";
    if (file) read(await readPicture(file, [...formats]));
  };
  const missing = seen ? seen.pages - seen.read.length : 0;
  return (
    <div className="grid grid-rows-[1fr_auto]">
      <div className="page grid content-start gap-4 py-3">
        <h1 className="flex items-center gap-1 text-title">
          <To href="/courier/" aria-label={say("stop.to_route")} className="-ms-3 grid size-12 shrink-0 place-items-center text-ink">
            <BackIcon size={26} />
          </To>
          {say("receipts.title")}
        </h1>
        <p>{say("receipts.body")}</p>
        {carry.isError && <Failed error={carry.error} />}
        {isStrange && (
          <Notice kind="warn" title={say("receipts.strange")} announce>
            {say("receipts.strange_body")}
          </Notice>
        )}
        {seen && (
          <Notice
            kind={seen.isRefused ? "error" : seen.isSent ? "good" : "offline"}
            title={say(seen.isRefused ? "receipts.refused" : seen.isSent ? "receipts.sent" : "receipts.kept", { count: seen.parcels })}
            announce
          >
            {missing > 0
              ? say("receipts.more", { read: seen.read.length, pages: seen.pages })
              : say(seen.isRefused ? "receipts.refused_body" : seen.isSent ? "receipts.sent_body" : "receipts.kept_body")}
          </Notice>
        )}
      </div>
      <Thumb>
        <Camera onRead={read} isPaused={carry.isPending} formats={formats} tall />
        <label className={`${look("plain", "large")} w-full cursor-pointer justify-center`}>
          <CameraIcon />
          {say("receipts.choose")}
          <input type="file" accept="image/*" className="sr-only" onChange={(event) => void choose(event)} />
        </label>
      </Thumb>
    </div>
  );
}
