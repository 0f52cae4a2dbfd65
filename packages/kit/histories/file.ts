// A file of the archive: one line in clear that says what it is, then AES-256-GCM around gzip around one line of JSON per row.
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { z } from "zod";
import type { Random } from "../random.ts";

/** The line in clear. It is authenticated with the rest: a file under another's name, or with another date, does not open. */
export const Label = z.strictObject({
  pigeonholeHistory: z.literal(1),
  archive: z.uuid(),
  /** Under which the key is kept. */
  key: z.string(),
  madeAt: z.iso.datetime(),
  nonce: z.base64(),
});
export type Label = z.output<typeof Label>;

/** The rows of one table, each as PostgreSQL's `to_json` wrote it. */
export interface TableRows {
  readonly table: string;
  readonly rows: readonly string[];
}

/** No file holds more when it is opened. Bytes. */
const openedLimit = 512 * 1_024 * 1_024;
const tagBytes = 16;

export const sha256 = (bytes: Buffer | string): string => createHash("sha256").update(bytes).digest("hex");
/** The same for the same rows, in whatever order they came. */
export const digestOf = (rows: readonly string[]): string => sha256(rows.toSorted().join("\n"));
export const keyName = (archive: string): string => `archive ${archive}`;
export const fileName = (archive: string): string => `${archive}.history`;

/** The bytes of a file. `key`: 32 bytes, of this archive alone. */
export async function sealFile(
  { archive, madeAt, key, random }: { readonly archive: string; readonly madeAt: Date; readonly key: Buffer; readonly random: Random },
  tables: readonly TableRows[],
): Promise<Buffer> {
  const nonce = random.bytes(12);
  const label: Label = {
    pigeonholeHistory: 1,
    archive,
    key: keyName(archive),
    madeAt: madeAt.toISOString(),
    nonce: nonce.toString("base64"),
  };
  const head = Buffer.from(`${JSON.stringify(label)}\n`);
  // The row's text stands as it is: numbers of 64 bits survive.
  const lines = tables.flatMap(({ table, rows }) => rows.map((row) => `{"table":${JSON.stringify(table)},"row":${row}}\n`));
  const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(head);
  const body = Buffer.concat([cipher.update(await promisify(gzip)(lines.join(""))), cipher.final()]);
  return Buffer.concat([head, body, cipher.getAuthTag()]);
}

/** What a file says of itself in clear. Throws when it is none of ours. */
export function labelOf(bytes: Buffer): { readonly label: Label; readonly head: Buffer } {
  const end = bytes.indexOf(10);
  const head = bytes.subarray(0, end + 1);
  try {
    return { label: Label.parse(JSON.parse(head.toString("utf8"))), head };
  } catch (cause) {
    throw new Error("this is no file of the archive", { cause });
  }
}

/** Throws when a byte of the file was altered, or the key is another's. */
export async function openFile(bytes: Buffer, key: Buffer): Promise<readonly TableRows[]> {
  const { label, head } = labelOf(bytes);
  const body = bytes.subarray(head.length, -tagBytes);
  const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(label.nonce, "base64"))
    .setAAD(head)
    .setAuthTag(bytes.subarray(-tagBytes));
  let packed: Buffer;
  try {
    packed = Buffer.concat([cipher.update(body), cipher.final()]);
  } catch (cause) {
    throw new Error(`the file of archive ${label.archive} cannot be opened: it was altered, or its key is another's`, { cause });
  }
  const text = (await promisify(gunzip)(packed, { maxOutputLength: openedLimit })).toString("utf8");
  const tables = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const [, name, row] = /^\{"table":"([^"]+)","row":(.*)\}$/.exec(line) ?? [];
    if (name === undefined || row === undefined) throw new Error(`the file of archive ${label.archive} has a line that is none`);
    const rows = tables.get(name) ?? [];
    tables.set(name, rows);
    rows.push(row);
  }
  return [...tables].map(([table, rows]) => ({ table, rows }));
}
