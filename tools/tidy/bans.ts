// What a file may not contain, each with the reason.
import { sqlOf, withoutComments, type Source } from "./source.ts";

interface Ban {
  readonly pattern: RegExp;
  /** The files that the ban leaves alone. */
  readonly except: RegExp;
  readonly because: string;
}

const tests = String.raw`\.test\.tsx?$|(^|/)testing(-[a-z-]+)?\.ts$|^bench/|^tools/|^packages/(world|sim|chaos)/`;
/** Where time and chance enter: kit's adapters, what talks to real hardware, entrances of processes, browsers. */
const adapters = new RegExp(
  `${tests}|^packages/kit/(clock|ids|timers|random|postgres|postgres-process)\\.ts$|^packages/lock-boards/|^packages/client/runtime\\.ts$|^apps/[^/]+/main\\.ts$|^apps/web/`,
);
const entrances = new RegExp(`${adapters.source}|^apps/`);
const nowhere = /^$/;
/** Holds a sample of everything that is banned. */
const samples = /^tools\/tidy\.test\.ts$/;
const given = "time, chance and ids are arguments: take them from the needs, or no test can repeat a run";

const bans: readonly Ban[] = [
  { pattern: /\bDate\.now\b/, except: adapters, because: given },
  { pattern: /\bnew Date\(\s*\)/, except: adapters, because: given },
  { pattern: /\bMath\.random\b/, except: adapters, because: given },
  { pattern: /\b(setTimeout|setInterval|setImmediate)\(|["']node:timers/, except: adapters, because: `${given} (kit/timers)` },
  { pattern: /\bperformance\.now\(/, except: entrances, because: `${given} (kit/clock)` },
  {
    pattern: /\bcrypto\.(random|getRandomValues)|\b(randomUUID|randomBytes|randomInt|randomFillSync|randomFill)\b/,
    except: adapters,
    because: `${given} (kit/ids, kit/random)`,
  },
  {
    pattern: /^export default\b|\bas default\b/m,
    except: /\.config\.(ts|mjs)$|\.d\.ts$|^tools\/slowest\.ts$/,
    because: "a default export has another name in every file that imports it",
  },
  { pattern: /^export \*/m, except: nowhere, because: "a barrel hides where things live and loads what nobody asked for" },
  {
    pattern: /\b(?:test|it|describe)\.(?:skip|todo|only)\b|\b(?:skip|todo|only): *true\b/,
    except: samples,
    because: "a test that does not run proves nothing",
  },
  { pattern: /\bassert(?:\.ok)?\(true\b/, except: samples, because: "an assertion that cannot fail proves nothing" },
];

const unfinished = /\b(TO[D]O|FIX[M]E|XX[X])\b/;

/** At most so many lines per file: a longer one is two rooms. What is written by a tool is read by nobody from above to below. */
export const longest = 350;
const written = /^packages\/client\/generated\//;

/** One sentence per ban that the file breaks. */
export function bansBroken({ path, text }: Source): readonly string[] {
  const code = withoutComments(text);
  const broken = bans
    .filter(({ pattern, except }) => !except.test(path) && pattern.test(code))
    .map(({ pattern, because }) => `${path}:${lineOf(code, pattern)} has ${JSON.stringify(pattern.exec(code)![0])}, but ${because}`);
  if (unfinished.test(text))
    broken.push(`${path}:${lineOf(text, unfinished)} says ${unfinished.exec(text)![0]}: finish it, or file an issue`);
  const lines = text.trimEnd().split("\n").length;
  if (lines > longest && !written.test(path)) broken.push(`${path} has ${lines} lines, more than ${longest}: find its second room`);
  const name = path.split("/").at(-1)!;
  if (name.startsWith("index.") && !name.endsWith(".html")) broken.push(`${path}: a file named index says nothing, and invites a barrel`);
  if (!/^[a-z0-9_]+(-[a-z0-9]+)*(\.[a-z0-9-]+)+$/.test(name)) broken.push(`${path}: file names are kebab-case`);
  return broken;
}

const lineOf = (code: string, pattern: RegExp): number => code.slice(0, pattern.exec(code)!.index).split("\n").length;

/** SQL gets its instants and ids as parameters, as the code around it does. */
const impure =
  /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|random|gen_random_uuid|uuidv7|uuidv4)\s*\(\s*\)|\bcurrent_(timestamp|date|time)\b/i;
const builders = String.raw`(?:selectFrom|insertInto|updateTable|deleteFrom|mergeInto|innerJoin|leftJoin|rightJoin|fullJoin|using|from)\(\s*\[?\s*["'\x60]`;

/** The one file whose statements compare what modules believe with each other; it only reads. */
const comparing = "apps/server/invariants.ts";

/** SQL that reads a clock, or that names another module's schema. `schemas` are the names of all modules. */
export function sqlBroken(file: Source, schemas: readonly string[]): readonly string[] {
  const broken: string[] = [];
  const [, own] = /^modules\/([^/]+)\//.exec(file.path) ?? [];
  const foreign = schemas.filter((name) => name !== own);
  if (new RegExp(tests).test(file.path) || file.path === comparing) return broken;
  const code = withoutComments(file.text);
  for (const statement of sqlOf({ path: file.path, text: file.path.endsWith(".sql") ? file.text : code })) {
    const clock = file.path.startsWith("packages/kit/migrations/") ? null : impure.exec(statement); // kit gives every outbox row its id
    if (clock) broken.push(`${file.path}: SQL says ${clock[0]}, but its instants and ids come as parameters`);
    for (const name of foreign) if (new RegExp(`(?<![\\w."'])${name}\\.[a-z_]`).test(statement)) broken.push(theirs(file.path, name));
  }
  const rows = /interface \w*Tables\b/.test(code) ? String.raw`|^\s*"` : "|(?!)";
  for (const name of foreign)
    if (new RegExp(`(?:${builders}${rows})${name}\\.[a-z_]`, "m").test(code)) broken.push(theirs(file.path, name));
  return [...new Set(broken)];
}

const theirs = (path: string, name: string): string =>
  `${path} names the schema ${name}, but a schema belongs to its module: ask ${name} through its client, or listen to its events`;
