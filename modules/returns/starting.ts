import type { z } from "@hono/zod-openapi";
import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import { once, previous, type Attempt } from "@pigeonhole/kit/idempotency";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Tx } from "@pigeonhole/kit/db";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import type { Recipient } from "@pigeonhole/reservations/contract";
import { allowing } from "./allowing/deciding.ts";
import { dropOffDays, rulesVersion, sendingLimits, type send, type start } from "./contract.ts";
import { couldTake, daysAfter, returnNumber } from "./domain.ts";
import { ReturnMoved } from "./events.ts";
import { about } from "./keeping.ts";
import * as write from "./queries/write.ts";
import type { Row } from "./queries/write.ts";
import { advance, recipientPlace, type Needs as Steps } from "./steps.ts";
import type { Tables } from "./tables.ts";

export interface Needs extends Steps {
  readonly newId: NewId;
  readonly parcels: Client<ParcelApi>;
  readonly network: Client<NetworkApi>;
  /** Short name of the carrier that takes out what no other one is named for. */
  readonly defaultCarrier: string | null;
}
type Customer = Extract<Actor, { kind: "customer" }>;
type Body<R extends { request: { body: { content: { "application/json": { schema: z.ZodType } } } } }> = z.output<
  R["request"]["body"]["content"]["application/json"]["schema"]
>;

/** Where the one who puts it in is sealed, in its row and its facts. */
export const customerPlace = (id: string): string => `returns.customer|${id}`;
/** Whose a sending is on its way: its recipient's and nobody's to call back, so that no sender ever sees its recipient's code. */
const network = "module:returns";

/** What of a new row is not the same for all. */
type Wish = Pick<Row, "kind" | "owner" | "order_id" | "station" | "size" | "carrier"> &
  Partial<Pick<Row, "authorisation" | "of_parcel" | "reason" | "to_station" | "rules">> & {
    readonly from: Recipient;
    readonly to?: Recipient;
  };

/** A customer begins: one row, then a compartment. */
export function starting(needs: Needs) {
  const { db, now, newId, personal } = needs;
  const { returnable } = allowing(needs);

  async function insert(tx: Tx<Tables>, customer: Customer, id: string, { from, to, ...wish }: Wish): Promise<Row> {
    const at = now();
    const sender = await personal.subjectOf(tx, from);
    const receiver = to && (await personal.subjectOf(tx, to));
    const row = await write.insert(tx, {
      authorisation: null,
      of_parcel: null,
      reason: null,
      to_station: null,
      rules: null,
      ...wish,
      id,
      number: returnNumber(await write.nextNumber(tx)),
      state: "claiming",
      customer: actorText(customer),
      compartment: null,
      reservation: null,
      retrieval: null,
      until: daysAfter(at, dropOffDays),
      created_at: at,
      dropped_off_at: null,
      assigned_at: null,
      retrieved_at: null,
      received_at: null,
      ending: null,
      mistake: null,
      mistake_at: null,
      no_other: null,
      reminded_at: null,
      subject: sender.subject,
      sealed_customer: sender.seal(customerPlace(id), JSON.stringify(from)),
      sealed_recipient: to && receiver ? receiver.seal(recipientPlace(id), JSON.stringify(to)) : null,
      onward: null,
      onward_state: null,
      next_at: at,
    });
    if (!row) throw new Refused("return_under_way", "This is being sent back already.");
    await write.note(tx, id, "claiming", { at, actor: row.customer, proof: null });
    await publish(tx, at, ReturnMoved, { ...about(row), from: null, to: "claiming", ending: null, actor: row.customer });
    return row;
  }

  /** Writes it down once per key, and goes on as far as that leads. Throws the refusal of the station's side. */
  async function begin(attempt: Attempt, make: (tx: Tx<Tables>) => Promise<{ id: string }>): Promise<string> {
    const { body } = await once(db, attempt, async (tx) => ({ status: 201, body: { id: (await make(tx)).id } }));
    const { id } = body;
    const row = await advance(needs, id);
    if (row?.state === "refused") throw refusalOf(row);
    return id;
  }

  return {
    /** Throws Refused `not_found`, `not_returnable`, `return_under_way`, `no_such_station`, `station_full` or `station_unavailable`. */
    async start(customer: Customer, attempt: Attempt, wish: Body<typeof start>): Promise<string> {
      const { station, size, reason, parcel, authorisation } = wish;
      if ((parcel === undefined) === (authorisation === undefined))
        throw new Refused("malformed", "Name the parcel that goes back, or the authorisation: one of both.");
      // What was begun under this key before is not judged again: it would stand in its own way.
      const known = (await previous(db, attempt)) ? undefined : await returnable(customer, wish);
      return begin(attempt, async (tx) => {
        if (!known) throw new Error("a kept answer was lost");
        const { offer, from, owner, orderId, of, carrier } = known;
        if (!offer.isPossible)
          throw offer.why === "under_way"
            ? new Refused("return_under_way", "This is being sent back already.", { usedBy: offer.usedBy })
            : new Refused("not_returnable", "This cannot be sent back.", { why: offer.why });
        if (!offer.reasons.includes(reason))
          throw new Refused("not_returnable", "Its shop takes nothing back for this reason.", {
            why: "not_allowed",
            reasons: offer.reasons,
          });
        return insert(tx, customer, newId(), {
          kind: "return",
          owner,
          order_id: orderId,
          authorisation: offer.authorisation,
          of_parcel: of,
          reason,
          station,
          size,
          carrier: carrier ?? needs.defaultCarrier,
          from,
        });
      });
    },
    /** Throws Refused `same_station`, `no_such_station`, `does_not_fit`, `too_many_sendings`, `station_full` or `station_unavailable`. */
    async send(customer: Customer, attempt: Attempt, wish: Body<typeof send>): Promise<string> {
      const { station, to, size, sender, recipient } = wish;
      if (station === to) throw new Refused("same_station", "Choose another station for its recipient.");
      const answer = await needs.network.stations[":station"].$get({ param: { station: to } });
      if (answer.status === 404) throw new Refused("no_such_station", `There is no station ${to}.`);
      if (answer.status !== 200) throw new Error(`where a sending goes: ${(await problemOf(answer)).code}`);
      const there = await answer.json();
      if (there.status !== "active") throw new Refused("station_unavailable", `${there.name} takes no parcels now. Choose another one.`);
      if (
        !couldTake(
          there.layout.columns.flatMap(({ doors }) => doors),
          size,
        )
      )
        throw new Refused("does_not_fit", `No compartment of ${there.name} is as large.`);
      return begin(attempt, async (tx) => {
        const { underWay, recent } = await write.countSendings(tx, actorText(customer), now());
        if (underWay >= sendingLimits.underWay || recent >= sendingLimits.inThirtyDays)
          throw new Refused("too_many_sendings", "You have sent as many as one may for now.", { ...sendingLimits });
        const id = newId();
        return insert(tx, customer, id, {
          kind: "sending",
          owner: network,
          order_id: `sending ${id.slice(-12)}`,
          station,
          size,
          carrier: needs.defaultCarrier,
          to_station: to,
          rules: rulesVersion,
          from: { ...sender, email: customer.email },
          to: recipient,
        });
      });
    },
  };
}

/** Why no compartment was given, as the one who asked hears it. */
function refusalOf({ ending }: Row): Refused {
  if (ending === "station_unavailable") return new Refused("station_unavailable", "This station cannot be used now. Choose another one.");
  if (ending === "no_such_station") return new Refused("no_such_station", "There is no such station.");
  return new Refused("station_full", "This station has no compartment to spare now. Choose another one.");
}
