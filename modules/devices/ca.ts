import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Random } from "@pigeonhole/kit/random";
import type { Seal } from "@pigeonhole/kit/seal";
import { z } from "zod";
import { caOf, createAuthority, renewed, type Authority, type Ca } from "./certificates.ts";
import * as queries from "./queries/authority.ts";
import type { Tables } from "./tables.ts";

interface Needs {
  /** Names and addresses under which stations and backends reach the broker, e.g. `localhost`, `127.0.0.1`. */
  readonly hosts: readonly string[];
  readonly now: Now;
  readonly random: Random;
}

/** A new authority that is kept nowhere. */
export const createCa = async (needs: Needs): Promise<Ca> => caOf(await createAuthority(needs), needs.random);

const Identity = z.object({ certificate: z.string(), key: z.string() });
const Kept = z.object({ ca: Identity, broker: Identity, backend: Identity });
const place = "devices.authority";

/**
 * The network's authority, sealed in the database: made at the first call, the same ever after. Several processes may call at once.
 * The broker's and the backend's certificates are replaced before they expire and when `hosts` names something new.
 */
export async function loadCa({ db, seal, ...needs }: Needs & { readonly db: Db<Tables>; readonly seal: Seal }): Promise<Ca> {
  const before = await queries.authority(db);
  const kept = before === undefined ? undefined : Kept.parse(JSON.parse(seal.open(place, before)));
  const wanted: Authority = kept ? await renewed(kept, needs) : await createAuthority(needs);
  if (wanted === kept) return caOf(kept, needs.random);
  const isMine = await queries.keepAuthority(db, seal.seal(place, JSON.stringify(wanted)), before, needs.now());
  // Another process was faster: what it has kept counts.
  return isMine ? caOf(wanted, needs.random) : loadCa({ db, seal, ...needs });
}

const files = { ca: ["ca.pem", "ca.key"], broker: ["broker.pem", "broker.key"], backend: ["backend.pem", "backend.key"] } as const;

/** An authority that somebody else looks after, from files ca.pem, ca.key, broker.pem, broker.key, backend.pem and backend.key in `folder`. The CA's key is P-256, PKCS#8. */
export function readCa(folder: string, random: Random): Promise<Ca> {
  const read = ([certificate, key]: readonly [string, string]) => ({
    certificate: readFileSync(path.join(folder, certificate), "utf8"),
    key: readFileSync(path.join(folder, key), "utf8"),
  });
  return caOf({ ca: read(files.ca), broker: read(files.broker), backend: read(files.backend) }, random);
}

/** What a broker of its own needs, written into `folder`: ca.pem, broker.pem, broker.key, crl.pem. The CA's key is not among them. */
export function writeBrokerFiles(ca: Ca, folder: string, revocations: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "ca.pem"), ca.ca.certificate);
  writeFileSync(path.join(folder, "broker.pem"), ca.broker.certificate);
  writeFileSync(path.join(folder, "broker.key"), ca.broker.key, { mode: 0o600 });
  writeFileSync(path.join(folder, "crl.pem"), revocations);
}
