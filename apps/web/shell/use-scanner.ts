import { useEffect, useRef } from "react";
import { systemMonotonic } from "@pigeonhole/kit/clock";
import { systemTimers } from "@pigeonhole/kit/timers";
import { gapMs, heed, nothingRead, settle, type Heard, type IsScan } from "./scanner.ts";

const isTextField = (target: EventTarget | null): boolean => target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;

export interface ScannerOptions {
  readonly isScan: IsScan;
  readonly onScan: (text: string) => void;
  readonly onTooLong?: () => void;
  /** Characters that a hand typed. */
  readonly onKeys?: (keys: string) => void;
}

/** Hears a scanner that types, wherever the focus is; a text field keeps its own keys. */
export function useScanner({ isScan, ...on }: ScannerOptions): void {
  const handlers = useRef(on);
  handlers.current = on;
  useEffect(() => {
    let reading = nothingRead;
    let cancel = () => {};
    const tell = (heard: readonly Heard[]) => {
      for (const each of heard) {
        if (each.kind === "scan") handlers.current.onScan(each.text);
        else if (each.kind === "too_long") handlers.current.onTooLong?.();
        else handlers.current.onKeys?.(each.keys);
      }
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTextField(event.target)) return;
      const key = event.ctrlKey || event.altKey || event.metaKey ? "Unidentified" : event.key;
      const heeded = heed(reading, key, event.timeStamp, isScan);
      reading = heeded.reading;
      if (heeded.isTaken) {
        event.preventDefault();
        event.stopPropagation();
      }
      tell(heeded.heard);
      cancel();
      cancel = systemTimers.after(gapMs(reading) + 10, () => {
        const settled = settle(reading, systemMonotonic(), isScan);
        reading = settled.reading;
        tell(settled.heard);
      });
    };
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => {
      cancel();
      removeEventListener("keydown", onKeyDown, { capture: true });
    };
  }, [isScan]);
}
