import { isDeepStrictEqual } from "node:util";
import type { Now } from "@pigeonhole/kit/clock";
import type { Client } from "@pigeonhole/kit/client";
import type { Db } from "@pigeonhole/kit/db";
import type { Log } from "@pigeonhole/kit/log";
import type { AccessApi } from "@pigeonhole/access/contract";
import type { FirmwareApi } from "@pigeonhole/firmware/contract";
import { Desired, type Grant } from "@pigeonhole/protocol/messages";
import type { Service } from "@pigeonhole/protocol/service";
import type { SigningKeys } from "@pigeonhole/protocol/signing-keys";
import { maxMessageBytes } from "@pigeonhole/protocol/topics";
import type { Link } from "./link.ts";
import * as diagnosis from "./diagnostics/queries.ts";
import * as queries from "./queries/desired.ts";
import type { StationCopy } from "./queries/desired.ts";
import type { Signatures } from "./signatures.ts";
import type { Tables } from "./tables.ts";

/** What changes from version to version; the rest of a document is its address. */
type Content = Omit<Desired, "v" | "station" | "epoch" | "version" | "issuedAt">;

/** What a station's state means at its doors. */
export function serviceOf({ status, suspendedFor }: Pick<StationCopy, "status" | "suspendedFor">): Service {
  if (status === "active") return { state: "active", reason: null };
  // What is not as it was accepted is, to a cabinet, being put up.
  if (status === "suspended")
    return { state: "suspended", reason: suspendedFor === "acceptance" ? "preparation" : (suspendedFor ?? "operator") };
  return { state: "suspended", reason: status === "decommissioned" ? "closed" : "preparation" };
}

/** What access says of a station. */
export interface Rights {
  readonly grants: readonly Grant[];
  readonly deadCodes: Desired["deadCodes"];
  readonly signingKeys: SigningKeys;
}

/** All that a station should know. Dead codes serve good answers only: when they do not fit into a message, the last ones stay away. */
export function compose(
  station: StationCopy,
  { grants, deadCodes, signingKeys }: Rights,
  inspected: Desired["inspected"] = [],
  firmware: Desired["firmware"] = null,
  inspectedUpTo = 0,
  diagnosis: Desired["diagnosis"] = null,
): Content {
  const doors = station.layout.columns.flatMap((column) => column.doors).toSorted((a, b) => a.number - b.number);
  const numbers = new Set(doors.map((door) => door.number));
  const inMaintenance = new Set(station.maintenance);
  const content = (count: number): Content => ({
    name: station.name,
    timeZone: station.timeZone,
    supportPhone: station.supportPhone,
    service: serviceOf(station),
    inspectedUpTo,
    diagnosis,
    signingKeys,
    layout: station.layout,
    compartments: doors.map(({ number, size }) => ({
      compartment: number,
      size,
      state: inMaintenance.has(number) ? "maintenance" : "in_service",
    })),
    walkUp: station.walkUp.filter((door) => numbers.has(door)).toSorted((a, b) => a - b),
    grants: grants.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    deadCodes: deadCodes.slice(0, count),
    firmware,
    inspected: inspected.filter(({ compartment }) => numbers.has(compartment)),
  });
  // The body travels as a string inside JSON: quotes cost two bytes. 600 bytes are the envelope and the address.
  const fits = (wanted: Content): boolean => Buffer.byteLength(JSON.stringify(JSON.stringify(wanted))) + 600 <= maxMessageBytes;
  for (let count = deadCodes.length; ; count = Math.floor(count / 2)) {
    const wanted = content(count);
    if (fits(wanted)) return wanted;
    if (count === 0) throw new Error(`what station ${station.station} has to know does not fit into ${maxMessageBytes} bytes`);
  }
}

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly log: Log;
  readonly signed: Signatures;
  readonly access: Client<AccessApi>;
  readonly firmware: Client<FirmwareApi>;
  readonly link: Link;
  /** Where stations open their line for looks inside; undefined while nothing listens. */
  readonly looksAt: () => string | undefined;
}

export function desiredDocuments({ db, now, log, signed, access, firmware, link, looksAt }: Needs) {
  const grantsOf = async (station: string) => {
    const answer = await access.internal.access.stations[":station"].grants.$get({ param: { station } });
    if (answer.status !== 200) throw new Error(`the grants of station ${station} could not be read: ${answer.status}`);
    return answer.json();
  };
  const firmwareOf = async (station: string): Promise<Desired["firmware"]> => {
    const answer = await firmware.internal.firmware.stations[":station"].wanted.$get({ param: { station } });
    if (answer.status !== 200) throw new Error(`the release that station ${station} shall run could not be read: ${answer.status}`);
    return (await answer.json()).firmware;
  };
  /** The stored document, not yet signed. A document of a former epoch waits to be built again. */
  const stored = async (station: string): Promise<Desired | undefined> => {
    const [basis, current] = [await queries.basis(db, station), await queries.current(db, station)];
    if (!basis || !current) return undefined;
    const { epoch, ...content } = JSON.parse(current.content) as Content & { epoch: number };
    if (epoch !== basis.epoch) return undefined;
    return Desired.parse({ v: 1, station, epoch, version: current.version, issuedAt: current.issuedAt.toISOString(), ...content });
  };
  const lookInto = async (station: string): Promise<Desired["diagnosis"]> => {
    const [look, url] = [await diagnosis.open(db, station), looksAt()];
    return look && url !== undefined ? { session: look.session, url, until: look.until.toISOString() } : null;
  };
  /** False when there is no document to send, or its rights have changed: it is to be built again. */
  const sendTo = async (station: string): Promise<boolean> => {
    const document = await stored(station);
    if (!document) return false;
    const envelope = await signed.desired(document);
    if (envelope && !(await link.send(station, "desired", envelope)))
      log.info({ station }, "the desired document waits for the station's next word");
    return envelope !== undefined;
  };
  /** The station has said what it has: brings it up to date, also when building its document has failed before. */
  const bringUpToDate = async (station: string, has: number): Promise<void> => {
    if (await queries.isNewest(db, station, has)) return;
    if (!(await sendTo(station))) await rebuild(station);
  };
  /** Builds the document again; a new version exists only when something in it changed. */
  const rebuild = async (station: string, attemptsLeft = 5): Promise<void> => {
    const basis = await queries.basis(db, station);
    if (!basis) return;
    const wanted = {
      epoch: basis.epoch,
      ...compose(
        basis.station,
        await grantsOf(station),
        await queries.inspected(db, station, basis.epoch),
        await firmwareOf(station),
        basis.inspectedUpTo,
        await lookInto(station),
      ),
    };
    if (basis.content !== undefined && isDeepStrictEqual(JSON.parse(basis.content), JSON.parse(JSON.stringify(wanted)))) return;
    const isStored = await db.transaction().execute((tx) => queries.store(tx, station, basis.version, JSON.stringify(wanted), now()));
    if (isStored && (await sendTo(station))) return;
    if (attemptsLeft === 1) throw new Error(`the desired document of station ${station} changes faster than it can be stored and signed`);
    return rebuild(station, attemptsLeft - 1);
  };
  return { rebuild, bringUpToDate };
}
