import { execFile } from "node:child_process";
import type { Log } from "@pigeonhole/kit/log";

/** Runs the operator's command that switches the machine off; no shell reads it. */
export function powerOff(command: string | undefined, log: Log): void {
  const [program, ...args] = command?.split(" ").filter(Boolean) ?? [];
  if (program === undefined) return log.error("the battery is nearly empty and no command is set that switches this machine off");
  execFile(program, args, (error) => {
    if (error) log.error({ err: error }, "the command that switches this machine off failed");
  });
}
