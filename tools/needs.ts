import { existsSync } from "node:fs";
import path from "node:path";

/** Programs that some tests need and npm cannot bring; each is also the name of its Debian package. */
export const programs = ["mosquitto", "socat", "strace", "dpkg", "systemd"] as const;
/** What of a package is run, where it is called otherwise. */
const called: Partial<Record<(typeof programs)[number], string>> = { systemd: "systemd-analyze" };

/** Debian keeps servers in /usr/sbin, which is not on everybody's path. */
const folders = (): string[] => [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];

export const missingPrograms = (): readonly string[] =>
  programs.filter((program) => !folders().some((folder) => existsSync(path.join(folder, called[program] ?? program))));

/** The programs that a test file says it needs, in a line of its own: `// needs: socat`. */
export const needs = (text: string): readonly string[] =>
  [...text.matchAll(/^\/\/ needs: (.+)$/gm)].flatMap(([, names]) => names!.split(",").map((name) => name.trim()));
