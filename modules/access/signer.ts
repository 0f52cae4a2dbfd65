import { isDeepStrictEqual } from "node:util";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { seal } from "@pigeonhole/protocol/envelope";
import { Command, Desired, Grant, commandSeconds, type Envelope } from "@pigeonhole/protocol/messages";
import { SignerStopped } from "./events.ts";
import type { Keyring } from "./keyring.ts";
import * as grants from "./queries/grants.ts";
import * as signatures from "./queries/signatures.ts";
import { expectedOf, rightBehind } from "./rights.ts";
import type { Tables } from "./tables.ts";

/** Which order to sign, and the number that the station's next command has. Everything else of a command is not the caller's to say. */
export interface OrderToSign {
  readonly command: string;
  readonly station: string;
  readonly epoch: number;
  readonly seq: number;
}

/**
 * What signs for stations. Whoever holds the key stands behind this and nothing else: a process of its own, or a security module with the
 * same few questions. Refuses with `no_right` or `too_many_openings`.
 */
export interface Signer {
  command(order: OrderToSign): Promise<Envelope>;
  /** Every right in it has to be held here, word for word, and the keys it names have to be ours: otherwise `no_right`. */
  desired(document: Desired): Promise<Envelope>;
}

/**
 * Openings that are signed within a minute, and for one parcel ever. A station by itself refuses its thirteenth remote opening in a minute; the
 * fleet's figure is what a break-in here could open at most before somebody looks: choose it a little above the busiest minute (PickPoint).
 */
export interface SignerLimits {
  readonly stationPerMinute: number;
  readonly fleetPerMinute: number;
  readonly perParcel: number;
}
export const signerLimits: SignerLimits = { stationPerMinute: 12, fleetPerMinute: 300, perParcel: 20 };
/** An order that was written down longer ago is not signed any more. Milliseconds. */
const freshMs = 30_000;

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly limits?: SignerLimits;
}

/** Signs what the database allows: the right is derived anew from the grants, whoever asks and whatever they claim (I-37). */
export function databaseSigner({ db, now, log, keyring, limits = signerLimits }: Needs): Signer {
  const alarm = async (scope: "station" | "fleet" | "parcel", station: string, limit: number): Promise<void> => {
    const isNew = await db.transaction().execute(async (tx) => {
      const isNew = await signatures.isNewAlarm(tx, scope === "fleet" ? scope : `${scope}:${station}`, now());
      if (isNew) await publish(tx, now(), SignerStopped, { scope, station, limit });
      return isNew;
    });
    if (isNew) log.error({ scope, station, limit }, "the signer signs no more openings: look who asks for so many doors");
  };

  const allowed = (order: OrderToSign) =>
    db.transaction().execute(async (tx) => {
      const at = now();
      const row = await signatures.order(tx, order.command);
      if (!row || row.station !== order.station || row.outcome !== null) throw new Refused("no_right", "No such order waits.");
      const ageMs = at.getTime() - row.given_at.getTime();
      if (ageMs < 0 || ageMs > freshMs) throw new Refused("no_right", "The order is not of this moment.");
      const grant = await rightBehind(tx, row, at);
      if (grant.station !== row.station || grant.compartment !== row.compartment)
        throw new Refused("no_right", "The right is for another compartment.");
      const signed = await signatures.signedSince(tx, row, new Date(at.getTime() - 60_000));
      if (signed.isSigned) throw new Refused("no_right", "The order is signed already.");
      if (row.action === "open") {
        const scope =
          signed.fleet >= limits.fleetPerMinute
            ? ("fleet" as const)
            : signed.station >= limits.stationPerMinute
              ? ("station" as const)
              : signed.parcel >= limits.perParcel
                ? ("parcel" as const)
                : undefined;
        if (scope) return { scope };
      }
      await signatures.add(tx, row, at);
      const { id, action, compartment, parcel, purpose, actor, release_reason: reason } = row;
      return { row: { id, action, compartment, parcel, purpose, actor, ...(reason !== null && { reason }) }, at };
    });

  const refuseDocument = (document: Desired, why: string): never => {
    log.warn({ station: document.station, version: document.version, why }, "the signer does not sign this document");
    throw new Refused("no_right", `The document states ${why}.`);
  };

  return {
    command: async (order) => {
      const verdict = await allowed(order);
      if ("scope" in verdict) {
        const limit = { fleet: limits.fleetPerMinute, station: limits.stationPerMinute, parcel: limits.perParcel }[verdict.scope!];
        await alarm(verdict.scope!, order.station, limit);
        throw new Refused("too_many_openings", "More doors were asked for than may be opened at once.", { scope: verdict.scope });
      }
      const { row, at } = verdict;
      const command = Command.parse({
        ...row,
        v: 1,
        station: order.station,
        epoch: order.epoch,
        seq: order.seq,
        issuedAt: at.toISOString(),
        expiresAt: new Date(at.getTime() + commandSeconds * 1_000).toISOString(),
        expected: expectedOf(row.purpose, row.parcel),
      });
      return seal("command", command, await keyring.present());
    },
    desired: async (wish) => {
      const document = Desired.parse(wish);
      const held = await grants.standing(db, document.station);
      for (const grant of document.grants) {
        const own = held.get(grant.id);
        if (!own || !isDeepStrictEqual(Grant.parse(own), grant)) refuseDocument(document, `the right ${grant.id}, which is not held so`);
      }
      if (!isDeepStrictEqual(document.signingKeys, await keyring.trusted()))
        refuseDocument(document, "signing keys that are not the present ones");
      return seal("desired", document, await keyring.present());
    },
  };
}
