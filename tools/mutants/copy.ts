import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** Our own packages: in a copy their names lead into the copy, all others to what is installed. */
const ownScope = "@pigeonhole";
/** What no test of a fault reads. */
const unread = /^docs\/.*\.(png|svg|webp)$/;

/** A checkout of its own in which anything may be changed. */
export interface Copy extends Disposable {
  readonly root: string;
  read(file: string): string;
  write(file: string, text: string): void;
}

/** Copies the checkout at `root`, as it stands there with what is not committed yet, into a temporary folder. */
export function copyOf(root: string): Copy {
  const to = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-mutants-"));
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    maxBuffer: 16_777_216,
  });
  const folders = new Set<string>();
  for (const file of listed.toString().split("\0")) {
    if (file === "" || unread.test(file)) continue;
    const at = path.join(to, file);
    if (!folders.has(path.dirname(at))) mkdirSync(path.dirname(at), { recursive: true });
    folders.add(path.dirname(at));
    try {
      copyFileSync(path.join(root, file), at);
    } catch (error) {
      // Deleted, and not committed yet.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  link(path.join(root, "node_modules"), path.join(to, "node_modules"));
  return {
    root: to,
    read: (file) => readFileSync(path.join(to, file), "utf8"),
    write: (file, text) => writeFileSync(path.join(to, file), text),
    [Symbol.dispose]: () => rmSync(to, { recursive: true, force: true }),
  };
}

/** Every installed package under its name. The links of ours are relative: copied as they are, they lead to the copy's own folders. */
function link(installed: string, to: string): void {
  mkdirSync(path.join(to, ownScope), { recursive: true });
  for (const name of readdirSync(installed)) if (name !== ownScope) symlinkSync(path.join(installed, name), path.join(to, name));
  const own = path.join(installed, ownScope);
  for (const name of readdirSync(own)) symlinkSync(readlinkSync(path.join(own, name)), path.join(to, ownScope, name));
}
