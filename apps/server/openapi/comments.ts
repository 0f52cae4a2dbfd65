// What a contract says above its routes and fields is what developers read: nobody writes it twice, so it cannot come apart.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** References to requirements and files, which say something to those alone who work on the product. */
const references = /\s*\((?:[A-Z]+-?\d[^)]*|[\w./-]+\.(?:ts|md))\)/g;
const plain = (comment: string): string =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\*? ?/, "").trim())
    .join(" ")
    .replaceAll(references, "")
    .replaceAll(/\s+/g, " ")
    .trim();

export interface Comments {
  /** By operationId. */
  readonly operations: ReadonlyMap<string, string>;
  /** By component name, then by the name of the field. */
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

let known: Comments | undefined;
/** The doc comments of every contract; read once. */
export function comments(): Comments {
  if (known) return known;
  const operations = new Map<string, string>();
  const fields = new Map<string, ReadonlyMap<string, string>>();
  for (const file of globSync(["modules/{*,*/*}/contract.ts", "apps/sandbox/contract.ts"], { cwd: root })) {
    let above: string | undefined;
    // One piece per exported thing, and one for the comment above it.
    for (const piece of readFileSync(path.join(root, file), "utf8").split(/^(?=\/\*\*|export |const )/m)) {
      const operation = /createRoute\(\{[\s\S]*?operationId: "([\w.]+)"/.exec(piece)?.[1];
      if (operation !== undefined && above !== undefined) operations.set(operation, above);
      const component = /\.openapi\("(\w+)"\)/.exec(piece)?.[1];
      if (component !== undefined) fields.set(component, fieldsOf(piece));
      const comment = /^\/\*\*([\s\S]*?)\*\/\s*$/.exec(piece)?.[1];
      above = comment === undefined ? undefined : plain(comment);
    }
  }
  return (known = { operations, fields });
}

/** A name that stands twice with a comment is said of neither. */
function fieldsOf(piece: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const twice = new Set<string>();
  for (const [, comment, name] of piece.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+):/g)) {
    if (found.has(name!)) twice.add(name!);
    found.set(name!, plain(comment!));
  }
  for (const name of twice) found.delete(name);
  return found;
}
