// Source text as the rules see it: without comments, with its imports named by path, with the SQL inside it.

/** A file of the repository; `path` uses forward slashes from its root. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const tokens = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;

/** The code with every comment blanked; line numbers stay. */
export const withoutComments = (text: string): string =>
  text.replace(tokens, (token, quoted?: string) => quoted ?? token.replace(/[^\n]/g, " "));

const fromClause = /^[ \t]*(?:import|export)\s+(?!type\b)[^"';=()]*?from\s*["']([^"']+)["']/gm;
const typeClause = /^[ \t]*(?:import|export)\s+type\b[^"';=()]*?from\s*["']([^"']+)["']/gm;
const bareClause = /^[ \t]*import\s*["']([^"']+)["']/gm;
const dynamicClause = /\bimport\(\s*["'`]([^"'`$]+)["'`]/g;

/** What a file imports: `target` is a path in the repository for our own files, else the specifier. */
export interface Import {
  readonly target: string;
  readonly isTypeOnly: boolean;
}

/** Our packages by name, with the folder of each: `@pigeonhole/kit` → `packages/kit`. */
export type Workspaces = ReadonlyMap<string, string>;

export function imports({ path, text }: Source, workspaces: Workspaces): readonly Import[] {
  const code = withoutComments(text);
  const found = (pattern: RegExp, isTypeOnly: boolean): Import[] =>
    [...code.matchAll(pattern)].map(([, target]) => ({ target: resolve(path, target!, workspaces), isTypeOnly }));
  return [...found(fromClause, false), ...found(bareClause, false), ...found(dynamicClause, false), ...found(typeClause, true)];
}

function resolve(from: string, target: string, workspaces: Workspaces): string {
  if (target.startsWith(".")) return new URL(target, `file:///${from}`).pathname.slice(1);
  const [scope, name, ...rest] = target.split("/");
  const folder = workspaces.get(`${scope}/${name}`);
  if (!folder) return target;
  const file = rest.join("/");
  return `${folder}/${/\.\w+$/.test(file) ? file : `${file}.ts`}`;
}

/** The SQL of a file: a migration whole, else the text of each sql`…` without its parameters. */
export function sqlOf({ path, text }: Source): readonly string[] {
  if (path.endsWith(".sql")) return [text.replace(/--[^\n]*/g, "").replace(/\/\*[\s\S]*?\*\//g, "")];
  const found: string[] = [];
  for (const opening of text.matchAll(/\bsql(?:<(?:[^<>`]|<[^<>`]*(?:<[^<>`]*>)?[^<>`]*>)*>)?`/g))
    found.push(template(text, opening.index + opening[0].length));
  for (const quoted of text.matchAll(/\.query(?:<[^(]*>)?\(\s*(["'`])((?:(?!\1)[^\\]|\\.)*)\1/g))
    found.push(quoted[2]!.replace(/\$\{[^}]*\}/g, "?"));
  return found;
}

/** The text of a template from `start` to its closing backtick, each ${…} replaced by `?`, nested templates and all. */
function template(text: string, start: number): string {
  let out = "";
  for (let at = start; at < text.length && text[at] !== "`"; at++) {
    if (text[at] === "$" && text[at + 1] === "{") {
      at = skip(text, at + 2);
      out += "?";
    } else out += text[at] === "\\" ? text[++at] : text[at];
  }
  return out;
}

/** The place of the brace that closes a ${…} whose inside begins at `at`. */
function skip(text: string, at: number): number {
  for (let depth = 1; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
    else if (text[at] === "`") {
      for (at++; at < text.length && text[at] !== "`"; at++) if (text[at] === "$" && text[at + 1] === "{") at = skip(text, at + 2);
    }
  }
  return at;
}
