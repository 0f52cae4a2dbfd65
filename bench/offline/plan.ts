import { randomUUID } from "node:crypto";
import { codeHash } from "@pigeonhole/protocol/codes";
import type { SigningKey } from "@pigeonhole/protocol/envelope";
import { seal } from "@pigeonhole/protocol/envelope";
import type { Envelope, Grant } from "@pigeonhole/protocol/messages";
import { writeQr } from "@pigeonhole/protocol/qr";
import { desiredOf } from "@pigeonhole/station/link/testing";
import type { Identity } from "@pigeonhole/station/provisioning/identity";

/** Doors of each station: one board. A document holds two rights for each of so many parcels (packages/protocol: 256 kB). */
export const doorCount = 48;
export const parcelsPerStation = 350;

/** A parcel that comes and goes while the station is away: the courier's QR code, the owner's code, and the owner's QR code. */
export interface Planned {
  readonly compartment: number;
  readonly dropOff: string;
  readonly code: string;
  readonly pickup: string;
}
/** What one station knows before it goes offline, and what the people before it have. */
export interface Plan {
  readonly identity: Identity;
  readonly folder: string;
  readonly desired: Envelope;
  readonly parcels: readonly Planned[];
  /** Rights that open nothing: run out, and another station's. */
  readonly dead: readonly string[];
  readonly seed: number;
}

/** Everything signed by the key that the station trusts. */
export function planOf(identity: Identity, folder: string, count: number, signing: SigningKey, at: Date, seed: number): Plan {
  const { station } = identity;
  const codeKey = Buffer.from(identity.codeKey, "base64url");
  const expiresAt = new Date(at.getTime() + 14 * 86_400_000);
  const qrOf = ({ id, compartment }: Grant, more: { station?: string; expiresAt?: Date } = {}): string =>
    writeQr({ station, grant: id, generation: 1, compartment, expiresAt, ...more }, signing);
  const codes = new Set<string>();
  while (codes.size < count) codes.add(String(10_000_000 + Math.floor(Math.random() * 79_999_999)));
  const grants: Grant[] = [];
  const parcels = [...codes].map((code, i): Planned => {
    const common = {
      compartment: (i % doorCount) + 1,
      parcel: randomUUID(),
      generation: 1,
      notBefore: new Date(at.getTime() - 3_600_000).toISOString(),
    };
    const dropOff: Grant = {
      ...common,
      id: randomUUID(),
      kind: "dropoff",
      state: "active",
      codeHash: null,
      expiresAt: expiresAt.toISOString(),
    };
    const pickup: Grant = {
      ...common,
      id: randomUUID(),
      kind: "pickup",
      state: "issued",
      codeHash: codeHash(codeKey, station, code),
      expiresAt: null,
    };
    grants.push(dropOff, pickup);
    return { compartment: common.compartment, dropOff: qrOf(dropOff), code, pickup: qrOf(pickup) };
  });
  const doors = Array.from({ length: doorCount }, () => "small" as const);
  const desired = desiredOf({ identity } as Parameters<typeof desiredOf>[0], doors, {
    version: 1_000,
    issuedAt: at.toISOString(),
    grants,
    signingKeys: { generation: identity.keyGeneration, keys: identity.signingKeys },
  });
  const dead = [
    qrOf(grants[1]!, { expiresAt: new Date(at.getTime() - 3_600_000) }),
    qrOf(grants[1]!, { station: randomUUID() }),
    `${qrOf(grants[1]!).slice(0, -2)}AA`,
  ];
  return { identity, folder, desired: seal("desired", desired, signing), parcels, dead, seed };
}
