import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { unlessErased, type Personal } from "@pigeonhole/kit/personal/personal";
import { Refused } from "@pigeonhole/kit/refused";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { Recipient } from "@pigeonhole/reservations/contract";
import { offerOf } from "../domain.ts";
import * as read from "../queries/read.ts";
import type { Tables } from "../tables.ts";
import type { Offer } from "./contract.ts";
import * as queries from "./queries.ts";

interface Needs {
  readonly db: Db<Tables>;
  readonly now: Now;
  readonly personal: Personal;
  readonly parcels: Client<ParcelApi>;
}
type Customer = Extract<Actor, { kind: "customer" }>;

/** Where the one it is for is sealed, in an authorisation's row and its fact. */
export const authorisedPlace = (id: string): string => `returns.authorised|${id}`;

/** What may go back, to whom, and who puts it in. */
export interface Returnable {
  readonly offer: Offer;
  readonly from: Recipient;
  readonly owner: string;
  readonly orderId: string;
  readonly of: string | null;
  readonly carrier: string | null;
}

const notFound = (what: string): Refused => new Refused("not_found", `There is no such ${what} of yours.`);

/** Whether a customer may send something back: by its shop's policy, or because it has authorised it. */
export function allowing({ db, now, personal, parcels }: Needs) {
  /** A parcel as its module knows it, and whose it is. Throws Refused `not_found`. */
  async function parcelOf(id: string) {
    const [whose, found] = [
      await parcels.internal.parcels[":id"].recipient.$get({ param: { id } }),
      await parcels.internal.parcels.$get({ query: { ids: id } }),
    ];
    if (whose.status === 404) throw notFound("parcel");
    if (whose.status !== 200 || found.status !== 200)
      throw new Error(`a parcel that is to go back: ${(await problemOf((whose.status === 200 ? found : whose) as never)).code}`);
    const [parcel] = (await found.json()).parcels;
    if (!parcel) throw notFound("parcel");
    return { parcel, ...(await whose.json()) };
  }

  async function ofParcel(customer: Customer, id: string): Promise<Returnable> {
    const { parcel, recipient, owner } = await parcelOf(id);
    const isRecipient = recipient?.email === customer.email;
    if (!isRecipient && owner !== actorText(customer)) throw notFound("parcel");
    const [policy, authorisation] = [await queries.policyOf(db, owner), await queries.openOfParcel(db, id, now())];
    const tried = await read.attempts(db, { parcel: id, authorisation: authorisation?.id ?? null });
    const collectedAt = parcel.state === "collected" && parcel.collectedAt !== null ? new Date(parcel.collectedAt) : null;
    const offer = offerOf({ collectedAt, policy, authorisation: authorisation ?? null, ...tried }, now());
    const from = isRecipient ? recipient : { name: customer.email, email: customer.email, phone: null, language: "en" as const };
    return { offer, from, owner, orderId: parcel.orderId, of: id, carrier: policy.carrier ?? parcel.carrier };
  }

  async function ofAuthorisation(customer: Customer, id: string): Promise<Returnable> {
    const row = await queries.get(db, id);
    const theirs = await personal.find(db, "email", customer.email);
    const isTheirs = row?.subject != null && theirs.includes(row.subject);
    const opened =
      isTheirs && row.sealed_customer !== null
        ? await unlessErased(personal.open(db, authorisedPlace(id), row.sealed_customer))
        : undefined;
    if (!row || opened === undefined || row.withdrawn_at !== null) throw notFound("authorisation");
    const policy = await queries.policyOf(db, row.owner);
    const tried = await read.attempts(db, { parcel: row.parcel, authorisation: id });
    const offer = offerOf({ collectedAt: null, policy, authorisation: row, ...tried }, now());
    const { owner, order_id: orderId, parcel: of } = row;
    return { offer, from: Recipient.parse(JSON.parse(opened)), owner, orderId, of, carrier: policy.carrier ?? row.carrier };
  }

  return {
    parcelOf,
    ofParcel,
    /** Throws Refused `not_found`; whether it may go back says the offer. */
    returnable: (customer: Customer, wish: { readonly parcel?: string | undefined; readonly authorisation?: string | undefined }) =>
      wish.parcel !== undefined ? ofParcel(customer, wish.parcel) : ofAuthorisation(customer, wish.authorisation!),
  };
}
