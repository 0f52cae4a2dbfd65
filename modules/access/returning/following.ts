import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { Payload } from "@pigeonhole/kit/fact";
import type { NewId } from "@pigeonhole/kit/ids";
import { publish } from "@pigeonhole/kit/outbox";
import type { Moved, ReturnClaimed } from "@pigeonhole/reservations/events";
import { DropOffReady, GrantsChanged } from "../events.ts";
import { mintCode, type Mint } from "../minting.ts";
import * as codes from "../queries/codes.ts";
import * as grants from "../queries/grants.ts";
import type { Tables } from "../tables.ts";

interface Needs extends Mint {
  readonly now: Now;
  readonly newId: NewId;
}
type Write = Tx<Tables>;

/** A compartment is bound for what a customer puts in: its right begins, with a code of its own. Told twice, it is done once. */
export async function begin(tx: Write, needs: Needs, claimed: Payload<typeof ReturnClaimed>): Promise<void> {
  const { reservation, parcel, station, compartment, owner, until } = claimed;
  if (await grants.lockOfParcel(tx, parcel, "return")) return;
  await issue(tx, needs, {
    id: needs.newId(),
    kind: "return",
    state: "active",
    reservation,
    parcel,
    station,
    compartment,
    owner,
    carrier: null,
    service: "standard",
    generation: 1,
    not_before: needs.now(),
    expires_at: new Date(until),
    opened_at: null,
    collected_at: null,
  });
}

/**
 * Another compartment has to be used. Of the same station: the code that its customer has opens that one. Of another station: codes are a
 * station's own, so that this one is dead and the customer gets another.
 */
export async function move(tx: Write, needs: Needs, { parcel, from, to }: Payload<typeof Moved>): Promise<void> {
  const grant = await grants.lockOfParcel(tx, parcel, "return");
  if (grant?.state !== "active" || grant.station !== from.station) return;
  if (from.station === to.station) {
    await grants.change(tx, grant.id, { compartment: to.compartment });
    return publish(tx, needs.now(), GrantsChanged, { station: to.station });
  }
  await grants.change(tx, grant.id, { state: "revoked" });
  await codes.kill(tx, grant.id, "revoked", needs.now());
  await publish(tx, needs.now(), GrantsChanged, { station: from.station });
  const { station, compartment } = to;
  const begun = { station, compartment, generation: grant.generation + 1, not_before: needs.now() };
  await issue(tx, needs, { ...grant, ...begun, id: needs.newId() });
}

/** Fresh codes for what is to be put in at a station that was tampered with, as rotate.ts does for what waits there. True when there was something to renew. */
export async function renew(tx: Write, needs: Needs, station: string): Promise<boolean> {
  const live = await grants.lockReturns(tx, station);
  for (const grant of live) {
    const next = { ...grant, generation: grant.generation + 1 };
    await codes.kill(tx, grant.id, "replaced", needs.now());
    await grants.change(tx, grant.id, { generation: next.generation });
    await mint(tx, needs, next);
  }
  return live.length > 0;
}

async function issue(tx: Write, needs: Needs, grant: Parameters<typeof grants.insert>[1][number]): Promise<void> {
  await grants.insert(tx, [grant]);
  await mint(tx, needs, grant);
  await publish(tx, needs.now(), GrantsChanged, { station: grant.station });
}

async function mint(tx: Write, needs: Needs, grant: Parameters<typeof grants.insert>[1][number]): Promise<void> {
  const { id, generation, parcel, station, compartment, expires_at: expiresAt } = grant;
  if (!(await mintCode(tx, needs, station, { id, generation }, needs.now()))) return;
  const until = new Date(expiresAt as Date).toISOString();
  await publish(tx, needs.now(), DropOffReady, { parcel, station, compartment, generation, until });
}
