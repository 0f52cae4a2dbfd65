import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { Refused } from "@pigeonhole/kit/refused";
import type { Grant } from "@pigeonhole/protocol/messages";
import { writeCarried, type Carried } from "@pigeonhole/protocol/carried";
import { writeQr } from "@pigeonhole/protocol/qr";
import { grantOf, kid } from "@pigeonhole/station/link/testing";
import { testStation } from "@pigeonhole/station/testing";
import { some, type Plan } from "../plan.ts";

const place = "station: scanner";

/** What is held before the kiosk's scanner: QR codes and what phones carry, tampered with at each letter and each field, and what people hold up besides. */
export async function stationScanner({ ledger, size }: Plan): Promise<void> {
  await using world = await testStation(["small", "small", "small"], (t) => ({
    grants: [
      grantOf(t, "12345678"),
      grantOf(t, null, { kind: "dropoff", compartment: 2, generation: 3 }),
      grantOf(t, null, { compartment: 3, expiresAt: "2026-02-20T00:00:00.000Z" }),
    ],
  }));
  const { backend, station, test, time } = world;
  const [grant, dropoff, over] = world.desired.grants as unknown as [Grant, Grant, Grant];
  // Alone, as somebody would wait for: nobody can be asked.
  backend.disconnect();
  const key = { kid, key: test.backendKey };
  const thief = { kid, key: generateKeyPairSync("ed25519").privateKey };
  const rights = (): string => JSON.stringify([station.cabinet.desired?.grants, station.cabinet.desired?.deadCodes]);
  const before = rights();
  let fired = 0;
  const hold = async (what: string, text: string): Promise<void> => {
    // Nobody scans more than one code in a while: what is counted against one right is not what is tried here.
    time.pass(600_000);
    const isDocument = text.trim().startsWith("PHC1");
    const came = await Promise.resolve()
      .then(() => (isDocument ? station.carrying.take(text) : station.pickups.byQr(text)))
      .then(
        () => "taken",
        (error: unknown) => (error instanceof Refused ? error.code : `broke: ${String(error)}`),
      );
    const [opened, isChanged] = [world.fired().length - fired, rights() !== before];
    fired += opened;
    const breach =
      opened > 0
        ? "a lock was fired"
        : isChanged
          ? "the rights have changed"
          : came.startsWith("broke") || came === "taken"
            ? came
            : undefined;
    ledger.note(
      place,
      what,
      "refused in a sentence; no lock fired, no right changed",
      came,
      breach && `${what} (${text.slice(0, 60)}): ${breach}`,
    );
  };

  const right = {
    station: test.identity.station,
    grant: grant.id,
    generation: 1,
    compartment: 1,
    expiresAt: new Date("2026-04-01T00:00:00Z"),
  };
  const qr = writeQr(right, key);
  const swap = (text: string, at: number): string => text.slice(0, at) + (text[at] === "B" ? "C" : "B") + text.slice(at + 1);
  const letters = (text: string, from: number): readonly number[] => Array.from({ length: text.length - from }, (_, n) => from + n);
  for (const at of some({ size }, letters(qr, 4), 12)) await hold("a QR code with one letter changed", swap(qr, at));
  for (const length of some({ size }, letters(qr, 0), 6)) await hold("a QR code cut off", qr.slice(0, length));
  const otherRights: readonly (readonly [string, Partial<typeof right>])[] = [
    ["a QR code of another station", { station: randomUUID() }],
    ["a QR code of a right that is not known", { grant: randomUUID() }],
    ["a QR code that has run out", { grant: over.id, compartment: 3, expiresAt: new Date("2026-02-20T00:00:00Z") }],
    [
      "a QR code of a right that has run out, with a later end",
      { grant: over.id, compartment: 3, expiresAt: new Date("2036-01-01T00:00:00Z") },
    ],
  ];
  for (const [what, more] of otherRights) await hold(what, writeQr({ ...right, ...more }, key));
  await hold("a QR code of an older generation", writeQr({ ...right, grant: dropoff.id, generation: 2, compartment: 2 }, key));
  for (const [what, more] of [
    ["as it is", {}],
    ["another door", { compartment: 2 }],
    ["a later end", { expiresAt: new Date("2036-01-01T00:00:00Z") }],
    ["a higher generation", { generation: 9 }],
  ] as const)
    await hold(`a QR code signed by a stranger: ${what}`, writeQr({ ...right, ...more }, thief));
  await hold("a QR code under another key's name", writeQr(right, { ...key, kid: "k2" }));
  await hold("a QR code under no key's name", writeQr(right, { ...key, kid: "__proto__" }));

  const at = time.now();
  const fresh: Carried = {
    station: test.identity.station,
    epoch: 1,
    grant: { ...grant, generation: 2, codeHash: test.hash("99999998"), expiresAt: new Date("2036-01-01T00:00:00Z"), isWithdrawn: false },
    issuedAt: at,
    expiresAt: new Date(at.getTime() + 72 * 3_600_000),
  };
  const carried = writeCarried(fresh, key);
  for (const n of some({ size }, letters(carried, 4), 12)) await hold("a carried document with one letter changed", swap(carried, n));
  for (const length of some({ size }, letters(carried, 4), 6)) await hold("a carried document cut off", carried.slice(0, length));
  const documents: readonly (readonly [string, Partial<Carried>, Partial<Carried["grant"]>])[] = [
    ["a carried document for another station", { station: randomUUID() }, {}],
    [
      "a carried document for a station whose id begins alike",
      { station: test.identity.station.slice(0, -1) + (test.identity.station.endsWith("0") ? "1" : "0") },
      {},
    ],
    ["a carried document of another epoch", { epoch: 2 }, {}],
    ["a carried document that is too old", { issuedAt: new Date("2026-01-01"), expiresAt: new Date("2026-01-04") }, {}],
    ["a carried document of an older generation", {}, { generation: 0 }],
    ["a carried document for a door that is not there", {}, { compartment: 77 }],
  ];
  for (const [what, more, of] of documents) await hold(what, writeCarried({ ...fresh, ...more, grant: { ...fresh.grant, ...of } }, key));
  for (const [what, of] of [
    ["as it is", {}],
    ["withdrawn", { isWithdrawn: true }],
    ["another door", { compartment: 2 }],
  ] as const)
    await hold(`a carried document signed by a stranger: ${what}`, writeCarried({ ...fresh, grant: { ...fresh.grant, ...of } }, thief));

  const junk: readonly string[] = [
    "",
    "PH1.",
    "PHC1",
    "PHC1PHC1",
    "https://evil.example/PH1.AAAA",
    "javascript:alert(1)",
    "WIFI:T:WPA;S=x;P=y;;",
    "BEGIN:VCARD\nFN:x\nEND:VCARD",
    "\u0010\u0016\u0001\u0002%%SetDefault%%",
    "\u001b[2J\u001b]0;x\u0007",
    "[)>\u001e06\u001d1P1\u001e\u0004",
    "'; drop table content; --",
    "{{7*7}}",
    "../../../etc/passwd",
    "\ud800",
    "\u202e12345678",
    "１２３４５６７８",
    "x".repeat(3_000),
    "1".repeat(3_000),
    `PH1.${randomBytes(106).toString("base64url")}`,
    `PH1.${"A".repeat(176)}`,
    qr.replace("PH1.", "PH2."),
    `${qr}${qr}`,
    qr.toLowerCase(),
  ];
  for (const text of junk) await hold("what people hold up besides", text);
  time.pass(600_000);
  const last = await station.pickups.byQr(qr).then(
    () => "opened",
    (error: unknown) => String(error),
  );
  const opened = world.fired().length - fired;
  ledger.note(
    place,
    "the genuine QR code",
    "opens its door: else all refusals would prove nothing",
    `${last}, fired ${opened}`,
    opened === 1 ? undefined : `${last}, fired ${opened} times`,
  );
}
