import { Dialog } from "@pigeonhole/ui/dialog.tsx";
import { useSay } from "@pigeonhole/ui/language.tsx";
import { useEffect, useState, type RefObject } from "react";
import { useGo } from "../shell/to.tsx";
import { home } from "./addresses.ts";
import { words } from "./words.ts";

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;

/** Moves the focus from row to row; rows are links or buttons with `data-row`. */
function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Keys of every screen: single letters, never while somebody types. */
export function useKeys(search: RefObject<HTMLInputElement | null>): readonly [isHelpOpen: boolean, setHelp: (open: boolean) => void] {
  const go = useGo();
  const [isHelpOpen, setHelp] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (isTyping(event.target)) {
        if (event.key === "Escape") (event.target as HTMLElement).blur();
        return;
      }
      if (event.key === "/") search.current?.focus();
      else if (event.key === "j") step(1);
      else if (event.key === "k") step(-1);
      else if (event.key === "g") go(home);
      else if (event.key === "?") setHelp(true);
      else return;
      event.preventDefault();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [search, go]);
  return [isHelpOpen, setHelp];
}

const keys = [
  ["/", "search"],
  ["j", "down"],
  ["k", "up"],
  ["Enter", "open"],
  ["g", "home"],
  ["?", "help"],
] as const;

export function KeysDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const say = useSay(words);
  return (
    <Dialog title={say("keys.title")} isOpen={isOpen} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-3">
        {keys.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-block min-w-9 rounded-small border border-line-strong bg-sunken px-2 py-1 text-center font-mono text-small">
                {key}
              </kbd>
            </dt>
            <dd className="m-0">{say(`keys.${what}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
