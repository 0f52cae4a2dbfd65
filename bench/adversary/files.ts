import { Refused } from "@pigeonhole/kit/refused";
import { connect } from "@pigeonhole/kit/db";
import { systemNewId } from "@pigeonhole/kit/ids";
import { testDatabase } from "@pigeonhole/kit/testing";
import { importStations } from "@pigeonhole/network/import";
import { networkMigrations } from "@pigeonhole/network/migrations";
import type { Tables } from "@pigeonhole/network/tables";
import { bent } from "@pigeonhole/server/testing-hostile";
import { sql } from "kysely";
import { some, type Plan } from "./plan.ts";

const place = "import files";
const row = (more: object = {}): object => ({
  carrier: "Post",
  kind: "locker",
  name: "A station",
  country: "EE",
  lat: 59.4,
  lon: 24.7,
  ...more,
});

/** Files of stations as nobody should send them: refused as a whole or row by row, with a sentence; a good row beside a bad one is taken, and nothing else is. */
export async function importFiles({ ledger, size }: Plan): Promise<void> {
  const database = await testDatabase([networkMigrations]);
  const db = connect<Tables>(await database.fresh());
  const count = async (): Promise<number> =>
    (await sql<{ n: number }>`select count(*)::int as n from network.station`.execute(db)).rows[0]!.n;
  const bring = async (what: string, expected: string, file: string | Uint8Array, most: number): Promise<void> => {
    const before = await count();
    const came = await importStations(db, typeof file === "string" ? Buffer.from(file) : file, {
      now: () => new Date(),
      newId: systemNewId,
    }).then(
      ({ created, changed, refused }) => ({
        word: refused.length > 0 ? refused[0]!.code : created + changed > 0 ? "taken" : "nothing new",
        sentences: refused.map(({ sentence }) => sentence),
        broke: "",
      }),
      (error: unknown) =>
        error instanceof Refused
          ? { word: error.code, sentences: [error.message], broke: "" }
          : { word: "broke", sentences: [], broke: String(error) },
    );
    const added = (await count()) - before;
    const isPolluted = ({} as Record<string, unknown>)["polluted"] !== undefined || ({} as Record<string, unknown>)["name"] !== undefined;
    const mute = came.sentences.find((sentence) => sentence.length < 15 || /kysely|at .*\.ts:/.test(sentence));
    const breach =
      came.broke !== ""
        ? came.broke
        : isPolluted
          ? "the prototype of everything has been changed"
          : added > most
            ? `${added} stations were made, at most ${most} may be`
            : mute !== undefined
              ? `says only: ${mute}`
              : undefined;
    ledger.note(place, what, expected, came.word, breach && `${what} ${String(file).slice(0, 100)}: ${breach}`);
  };
  try {
    const whole = JSON.stringify([row({ name: "first" })]);
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ["nothing", ""],
      ["blanks", " \n\t"],
      ["cut off", whole.slice(0, -5)],
      ["UTF-16", Buffer.from(whole, "utf16le")],
      ["bytes", Buffer.from([0xff, 0xfe, 0x00, 0x01])],
      ["an executable", Buffer.from("\x7fELF\x02\x01\x01")],
      ["a ZIP", Buffer.from("PK\x03\x04")],
      ["ten thousand brackets", "[".repeat(10_000)],
      ["a number", "7"],
      ["another GeoJSON", '{"type":"Feature","geometry":null}'],
      ["XML", "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"],
      ["a CSV without its names", "1,2,3\n"],
      ["a CSV with columns of its own", "name,lat,lon,__proto__\nx,1,2,3\n"],
      ["a CSV with one column twice", "name,lat,lon,lat\nx,1,2,3\n"],
      ["a CSV whose quotes never end", 'name,lat,lon\n"x,1,2\n'],
      ["a CSV of one line of 5 MB", `name,lat,lon\n${"x".repeat(5_000_000)}`],
      ["a CSV of formulas", "name,lat,lon\n\"=cmd|' /C calc'!A0\",95,200\n"],
      ["rows that are no rows", '[null,1,[],"x",true]'],
    ];
    for (const [what, file] of files) await bring(`a file: ${what}`, "refused with a sentence", file, 0);
    const tooMany = `[${Array.from({ length: size === "full" ? 100_001 : 3 }, () => "{}").join()}]`;
    await bring("a file: too many rows, none of them a station", "refused with a sentence", tooMany, 0);
    const values = some({ size }, [...bent(row())], 40);
    for (const each of values)
      await bring("a row with one wrong value", "refused with a sentence, or taken as what it is", JSON.stringify([each]), 1);
    for (const text of [
      '{"__proto__":{"polluted":1},"name":"p","lat":59.4,"lon":24.7}',
      '{"constructor":{"prototype":{"polluted":1}},"name":"c","lat":59.4,"lon":24.7}',
      '{"name":{"toString":"x"},"lat":59.4,"lon":24.7}',
    ])
      await bring("a row with members of all objects", "refused with a sentence, or taken without them", `[${text}]`, 1);
    await bring(
      "a good row between bad ones",
      "the good one is taken",
      `[null,${JSON.stringify(row({ name: "between", lat: 58 }))},{"name":7}]`,
      1,
    );
    const alive = await count();
    ledger.note(
      place,
      "the good row, afterwards",
      "is there: else all refusals would prove nothing",
      alive > 0 ? "there" : "not there",
      alive > 0 ? undefined : "no station was taken at all",
    );
  } finally {
    await db.destroy();
    await database[Symbol.asyncDispose]();
  }
}
