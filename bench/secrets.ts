import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { Connected, Enrolled, Reported } from "@pigeonhole/devices/events";
import type { Db } from "@pigeonhole/kit/db";
import { archiveDue } from "@pigeonhole/privacy/archive/archiving";
import { openArchive } from "@pigeonhole/privacy/archive/reading";
import { list } from "@pigeonhole/privacy/archive/queries";
import { backUp } from "@pigeonhole/kit/archive";
import { sealOf } from "@pigeonhole/server/seal";
import { archiveOn } from "@pigeonhole/server/testing-archive";
import { dump } from "@pigeonhole/server/testing-secrets";
import { startSides, type Headers } from "@pigeonhole/server/testing-sides";
import { sql } from "kysely";
import type { z } from "zod";
import { Searched } from "./secrets/searched.ts";

/** Secrets when nobody says how many: of each order name, address, phone, code, QR, link and token of a proxy, and a sign-in. */
const usual = 10_000;
const perOrder = 5;
/** Orders on their way at once, and stations that they go to. */
const together = 8;
const stationCount = 4;
/** Every so many orders somebody signs in, and somebody types a secret into the wrong place. */
const seldom = { signsIn: 40, mistypes: 50 } as const;
const dayMs = 86_400_000;

/**
 * Orders with names, addresses and phones that nobody else has go their whole way through the shipped server: held, confirmed, deposited, told,
 * collected. Then everything that the server wrote down is searched for each of these, in clear and in the usual encodings (G-40): the database
 * as text, a backup, the log at its finest, every answer to a stranger, and the archive before and after its encryption. `--secrets N`.
 */
export async function secrets(args: readonly string[]): Promise<object> {
  const wanted = args[0] === "--secrets" ? Number(args[1]) : usual;
  const orders = Math.max(4, Math.ceil(wanted / perOrder));
  const folder = mkdtempSync(path.join(os.tmpdir(), "pigeonhole-bench-"));
  const logFile = path.join(folder, "server.log");
  const sides = await startSides({ LOG_FILE: logFile, LOG_LEVEL: "debug", ERASURES_FILE: path.join(folder, "erasures") });
  try {
    const seeded = new Searched();
    const { ask, until, server } = sides;
    const shop: Headers = { authorization: `Bearer ${server.shopKey}` };
    for (const key of [server.shopKey, server.carrierKey, server.operatorCookie.split("=")[1]!]) seeded.add(key);
    const stations = await Promise.all(Array.from({ length: stationCount }, (_, n) => stationOf(sides, n)));
    const one = async (n: number): Promise<void> => {
      const { station, reports } = stations[n % stations.length]!;
      const recipient = personOf(n);
      const held = await until(201, "POST", `/stations/${station}/holds`, shop, { orderId: `ORDER-${n}`, size: "small" });
      const confirmed = await until(200, "POST", `/reservations/${String(held.body["id"])}/confirm`, shop, {
        recipient,
        barcode: `LABEL-${n}`,
        carrier: "swift",
      });
      const [parcel, compartment] = [String(confirmed.body["parcel"]), Number(held.body["compartment"])];
      await reports({ type: "parcel_deposited", compartment, parcel, evidence: "depositor", actor: "kiosk" }, parcel);
      const cookie = n % seldom.signsIn === 0 ? await server.customerOf(recipient.email) : undefined;
      const code = await codeOf(until, parcel);
      for (const secret of [recipient.name, recipient.email, recipient.phone, code.code, code.qr]) seeded.add(secret);
      if (cookie) {
        seeded.add(cookie.split("=")[1]!);
        const proxy = await until(201, "POST", `/parcels/${parcel}/proxies`, { cookie }, { name: `Proxy ${recipient.name}` });
        seeded.add(`Proxy ${recipient.name}`);
        const link = /php_[\w-]+/.exec(proxy.text)?.[0];
        if (link) seeded.add(link);
      }
      // What people type into the wrong place.
      if (n % seldom.mistypes === 0) {
        await ask("GET", `/parcels/${encodeURIComponent(code.code)}`, shop);
        await ask("GET", `/parcels?number=${encodeURIComponent(recipient.name)}`, shop);
        await ask("POST", "/sign-in-codes", {}, { email: recipient.name, language: recipient.phone });
      }
      await reports({ type: "parcel_collected", compartment, parcel, deposit: null, grant: null }, parcel);
    };
    let next = 0;
    await Promise.all(
      Array.from({ length: together }, async () => {
        while (next < orders) await one(next++);
      }),
    );
    await settled(sides.db);
    const searched: Record<string, number> = {};
    const leaks: Record<string, readonly string[]> = {};
    const look = (where: string, text: string): void => {
      searched[where] = (searched[where] ?? 0) + text.length;
      const found = seeded.in(text);
      if (found.length > 0) leaks[where] = [...(leaks[where] ?? []), ...found];
    };
    look("database", await dump(server.config.DATABASE_URL));
    const file = path.join(folder, "all.backup");
    await backUp(server.config.DATABASE_URL, file, new Date());
    look("backup", gunzipSync(readFileSync(file)).toString("utf8"));
    look("log", readFileSync(logFile, "utf8"));
    for (const at of ["/openapi.json", "/healthz", "/config.json", "/api/inbox-of-nobody"])
      look("strangers", await (await fetch(`${server.url}${at}`)).text());
    const shelf = path.join(folder, "archive");
    await using archive = archiveOn(server.config, server.config.DATABASE_URL, {
      folder: shelf,
      now: () => new Date(Date.now() + 92 * dayMs),
    });
    while ((await archiveDue(archive)) > 0);
    const kept = (await list(archive.db, 100_000)).filter(({ state }) => state === "kept");
    for (const { id } of kept) for (const { rows } of await openArchive(archive, id)) look("archive opened", rows.join("\n"));
    for (const name of readdirSync(shelf)) look("archive files", readFileSync(path.join(shelf, name), "latin1"));
    look("database after", await dump(server.config.DATABASE_URL));
    for (const [where, found] of Object.entries(leaks)) console.error(`${where}: ${found.slice(0, 5).join(", ")} …`);
    return {
      secrets: seeded.size,
      orders,
      archived: kept.reduce((sum, { parcels }) => sum + parcels, 0),
      searchedBytes: searched,
      inClear: Object.values(leaks).reduce((sum, found) => sum + found.length, 0),
    };
  } finally {
    await sides[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A station with the standard doors, and what it reports. */
async function stationOf({ until, operator, happened, server }: Sides, n: number) {
  const made = await until(201, "POST", "/stations", operator, {
    name: `Corner ${n}`,
    lat: 59.4 + n / 100,
    lon: 24.7,
    status: "active",
    waiver: "no cabinet here",
  });
  const station = String(made.body["id"]);
  const codeKey = randomBytes(32).toString("base64url");
  await happened(Enrolled, { station, epoch: 1, sealedCodeKey: sealOf(server.config).seal(`code_key|${station}|1`, codeKey) });
  await happened(Connected, { station });
  let seq = 0;
  return {
    station,
    reports: (event: z.input<typeof Reported.payload>["event"], parcel: string): Promise<void> =>
      happened(Reported, { station, epoch: 1, seq: ++seq, at: new Date().toISOString(), parcel, event }),
  };
}

/** Every consumer has heard everything, and every message has left. */
async function settled(db: Db<never>): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ behind: number }>`select (select count(*) from kit.consumer c
      where (c.txid, c.seq) < (select txid, seq from kit.outbox order by txid desc, seq desc limit 1))::int as behind`.execute(db);
    if (rows[0]!.behind === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Somebody whom nobody else is: letters that no word of the product has. */
function personOf(n: number) {
  const mark = `${randomBytes(9)
    .toString("base64")
    .replaceAll(/[^a-zA-Z]/g, "q")
    .toLowerCase()}${n}`;
  return {
    name: `Zx${mark} Qv${mark}`,
    email: `${mark}@qx${n}.example.org`,
    phone: `+3725${String(randomInt(10_000_000)).padStart(7, "0")}${String(n).padStart(5, "0")}`.slice(0, 16),
  };
}

type Sides = Awaited<ReturnType<typeof startSides>>;
type Until = Sides["until"];
/** The code and QR that its recipient was sent. */
async function codeOf(until: Until, parcel: string): Promise<{ readonly code: string; readonly qr: string }> {
  for (let tries = 0; ; tries++) {
    const { text } = await until(200, "GET", `/inbox?parcel=${parcel}`);
    const code = /\b(\d{4}) ?(\d{4})\b/.exec(text)?.slice(1).join("");
    const qr = /PH1[A-Z0-9.$:/+ -]{20,}/.exec(text)?.[0] ?? "";
    if (code) return { code, qr: qr || code };
    if (tries > 200) throw new Error(`no code for ${parcel}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
