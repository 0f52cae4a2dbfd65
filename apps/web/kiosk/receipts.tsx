import { systemTimers } from "@pigeonhole/kit/timers";
import { ask } from "@pigeonhole/ui/ask";
import { CheckIcon } from "@pigeonhole/ui/icons.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { QrCode } from "@pigeonhole/ui/qr-code.tsx";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { play } from "../shell/sound.ts";
import { station } from "./api.ts";
import { Key } from "./key.tsx";
import { Stage } from "./stage.tsx";
import { words } from "./words.ts";

/** A page stays so long: a phone's camera needs less, a hand that moves it a little more. Milliseconds. */
const pageMs = 2_500;

/** Signed receipts for the courier's phone, page after page, when the station cannot tell the backend itself (F4). */
export function ReceiptCode({ count }: { count: number }) {
  const say = useSay(words);
  const pages = useQuery({
    queryKey: ["receipts", count],
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
    queryFn: async () => (await ask(station.receipts.$get())).pages,
  }).data;
  const [turned, turn] = useState(0);
  const isLong = (pages?.length ?? 0) > 1;
  useEffect(() => (isLong ? systemTimers.every(pageMs, () => turn((before) => before + 1)) : undefined), [isLong]);
  if (!pages || pages.length === 0) return null;
  const at = turned % pages.length;
  return (
    <figure className="grid w-full max-w-[30rem] justify-items-center gap-3">
      <div className="w-full rounded-large overflow-hidden border-2 border-line-strong [&>svg]:w-full [&>svg]:rounded-none">
        <QrCode text={pages[at]!} label={say("receipts.code")} size={480} />
      </div>
      {isLong && <figcaption className="text-lead tabular-nums">{say("receipts.page", { page: at + 1, pages: pages.length })}</figcaption>}
    </figure>
  );
}

/** Everything that waits for a phone, for a courier who comes by. */
export function ReceiptsScreen({ count, onBack }: { count: number; onBack: () => void }) {
  const say = useSay(words);
  return (
    <Stage
      title={count === 0 ? say("receipts.none") : say("receipts.title")}
      {...(count === 0 ? {} : { body: say("receipts.body", { count }) })}
      {...(count === 0 ? {} : { picture: <ReceiptCode count={count} /> })}
      controls={
        <Key tall look="primary" onPress={onBack}>
          {say("home")}
        </Key>
      }
    />
  );
}

/** A phone has brought a fresh right, or the end of one. The code that goes with it can be used at once. */
export function ReceivedScreen({ isWithdrawn, onCode, onLeave }: { isWithdrawn: boolean; onCode: () => void; onLeave: () => void }) {
  const say = useSay(words);
  useEffect(() => play("good"), []);
  return (
    <Stage
      title={say(isWithdrawn ? "received.withdrawn" : "received.title")}
      body={say(isWithdrawn ? "received.withdrawn_body" : "received.body")}
      tone="good"
      picture={
        <span className="glyph grid size-[9rem] place-items-center rounded-full bg-good-soft text-[5rem] text-good">
          <CheckIcon />
        </span>
      }
      controls={
        <>
          {!isWithdrawn && (
            <Key tall look="primary" onPress={onCode}>
              {say("received.type")}
            </Key>
          )}
          <Key tall onPress={onLeave}>
            {say("home")}
          </Key>
        </>
      }
    />
  );
}
