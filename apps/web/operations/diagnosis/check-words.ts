import type { Say } from "@pigeonhole/ui/say";
import type { words } from "./words.ts";

type Says = Say<(typeof words)["en"]>;

const checks = ["store", "disk", "doors", "sensors", "power", "enclosure", "line", "certificate"] as const;

/** What a check of a station's self-test is called (packages/station/diagnostics/self-test.ts); one that is not known here by its own name. */
export function checkText(check: string, say: Says): string {
  const known = checks.find((each) => each === check);
  return known ? say(`check.${known}`) : check;
}

/** What the station found, in the reader's words; what it says otherwise, as it wrote it. */
export function detailText(check: string, detail: string, say: Says): string {
  const first = (pattern: RegExp): string | undefined => pattern.exec(detail)?.[1];
  const mains = { true: "mains_on", false: "mains_off", unknown: "mains_unknown" } as const;
  switch (check) {
    case "store":
      return detail === "whole" ? say("found.whole") : detail;
    case "disk": {
      const percent = first(/^(\d+) % free$/);
      return percent === undefined ? detail : say("found.free", { percent });
    }
    case "doors": {
      const [answering, silent] = [first(/^(\d+) answer$/), first(/^silent: (.+)$/)];
      if (answering !== undefined) return say("found.answer", { count: Number(answering) });
      return silent === undefined ? detail : say("found.silent", { doors: silent });
    }
    case "sensors": {
      const [, degrees, power] = /^(\S+) °C, mains (true|false|unknown)$/.exec(detail) ?? [];
      if (degrees === undefined) return detail;
      return `${degrees === "no" ? say("found.no_degrees") : `${degrees} °C`}, ${say(`found.${mains[power as keyof typeof mains]}`)}`;
    }
    case "power": {
      const [, mode, percent = ""] = /^(\w+), (\d+) %$/.exec(detail) ?? [];
      const known = (["mains", "battery", "saving", "standby", "ending"] as const).find((each) => each === mode);
      return known ? say(`power.${known}`, { percent }) : detail;
    }
    case "enclosure":
      return detail === "shut" ? say("found.shut") : detail.startsWith("tampered") ? say("found.tampered") : detail;
    case "line": {
      const pending = first(/^(\d+) entries not confirmed$/);
      return pending === undefined ? detail : say("found.pending", { count: Number(pending) });
    }
    case "certificate": {
      const days = first(/^(-?\d+) days left$/);
      return days === undefined ? detail : say("found.days", { count: Number(days) });
    }
    default:
      return detail;
  }
}
