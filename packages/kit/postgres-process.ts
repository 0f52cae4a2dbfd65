import { spawnSync } from "node:child_process";
import { chownSync, globSync, lstatSync } from "node:fs";
import path from "node:path";

/** The user `nobody`, by number: a bare machine may not list it. */
const nobody = 65_534;

/** PostgreSQL refuses to run as root. In a user namespace root looks like `nobody` to it, and the files stay root's. */
const inNamespace = ["unshare", "--user", `--map-user=${nobody}`, `--map-group=${nobody}`, "--"];
/** Where user namespaces are forbidden: really become `nobody`, who must then own the data and reach it. */
const asNobody = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", "--"];

const works = (command: readonly string[]): boolean => spawnSync(command[0]!, command.slice(1), { stdio: "ignore" }).status === 0;

/** The command as somebody who is not root, with `folder` made theirs; as it is when we are not root. */
export function unprivileged(command: readonly string[], folder: string): readonly string[] {
  if (process.getuid?.() !== 0) return command;
  if (works([...inNamespace, "true"])) {
    own(folder, 0);
    return [...inNamespace, ...command];
  }
  if (works([...asNobody, command[0]!, "--version"])) {
    own(folder, nobody);
    if (works([...asNobody, "test", "-w", folder])) return [...asNobody, ...command];
  }
  throw new Error(
    `PostgreSQL does not run as root, this machine forbids user namespaces, and the user "nobody" cannot reach ${folder} or the program ` +
      `${command[0]}: start as an ordinary user, move both out of root's home folder, or name a server with DATABASE_URL`,
  );
}

function own(folder: string, uid: number): void {
  if (lstatSync(folder).uid === uid) return;
  for (const file of globSync("**/*", { cwd: folder })) chownSync(path.join(folder, file), uid, uid);
  chownSync(folder, uid, uid);
}

/**
 * The command so that it ends with this process, also when this is killed. Linux has a signal for that (PR_SET_PDEATHSIG). Elsewhere a
 * shell waits for the end of its input, which only we hold open, and then tells PostgreSQL to stop; it passes our signals on.
 */
export function withParent(command: readonly string[]): readonly string[] {
  if (process.platform === "linux" && works(["setpriv", "--pdeathsig", "INT", "--", "true"])) {
    const at = command[0] === "unshare" || command[0] === "setpriv" ? command.indexOf("--") + 1 : 0;
    return [...command.slice(0, at), "setpriv", "--pdeathsig", "INT", "--", ...command.slice(at)];
  }
  const script = `
    exec 3<&0
    "$@" </dev/null 3<&- & child=$!
    trap 'kill -INT $child' INT TERM; trap 'kill -QUIT $child' QUIT
    (cat <&3 >/dev/null; kill -INT $child) 2>/dev/null & watch=$!
    while :; do wait $child; code=$?; kill -0 $child 2>/dev/null || break; done
    kill $watch 2>/dev/null
    exit $code`;
  return ["/bin/sh", "-c", script, "sh", ...command];
}
