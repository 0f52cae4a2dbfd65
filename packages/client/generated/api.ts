// Written by `node tools/client/write.ts` from the contracts; a test holds it to them.

import type { CallOptions, Paged } from "../calling.ts";

export type ParcelMovedEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  readonly reservation: string | null;
  readonly station: string;
  /** The number of the door. */
  readonly compartment: number;
  /** The state before; null when the parcel is new. */
  readonly from: "reserved" | "shipped" | "delivered" | "stored" | "collected" | "expired" | "returned" | "cancelled" | "missing" | null;
  readonly state: "reserved" | "shipped" | "delivered" | "stored" | "collected" | "expired" | "returned" | "cancelled" | "missing";
  /** End of the time to collect; null until it has been dropped off. */
  readonly expiresAt: string | null;
};

export type ReturnMovedEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  /** The return; `parcel` says the same. */
  readonly return: string;
  /** The parcel that goes back; null where it is not known. */
  readonly of: string | null;
  readonly orderId: string | null;
  readonly station: string;
  /** The number of the door. */
  readonly compartment: number | null;
  readonly until: string | null;
  readonly from:
    | "claiming"
    | "ready"
    | "cancelling"
    | "dropped_off"
    | "missing"
    | "retrieved"
    | "received"
    | "undelivered"
    | "cancelled"
    | "lapsed"
    | "refused"
    | null;
  readonly state:
    | "claiming"
    | "ready"
    | "cancelling"
    | "dropped_off"
    | "missing"
    | "retrieved"
    | "received"
    | "undelivered"
    | "cancelled"
    | "lapsed"
    | "refused";
  /** How it ended; null while it has not. */
  readonly ending:
    | "by_customer"
    | "by_shop"
    | "by_operator"
    | "not_dropped_off"
    | "station_gone"
    | "station_full"
    | "station_unavailable"
    | "no_such_station"
    | "failed"
    | null;
};

export type WindowMovedEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  readonly station: string;
  readonly expiresAt: string;
  /** The clock stands still at present: nobody can get at the parcel, or its recipient is away. */
  readonly isStopped: boolean;
};

export type RedirectedEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  readonly reservation: string;
  /** The station it was meant for until now. */
  readonly from: string;
  readonly station: string;
  /** The number of the door. */
  readonly compartment: number;
};

export type RecalledEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  readonly station: string;
  /** The number of the door. */
  readonly compartment: number;
  readonly reason: "redirected" | "decommissioned" | "recalled";
};

export type CancellationEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  readonly state: "asked" | "called_off" | "leaving" | "given_back" | "too_late" | "lost" | "parked";
  /** Its recipient will not get it: pay back what they paid, and not before. */
  readonly refundDue: boolean;
  readonly reason: string;
};

export type ConditionEvent = {
  readonly parcel: string;
  /** What people compare by eye: twelve digits. */
  readonly number: string;
  readonly condition: string;
  readonly kind: "age_check" | "cash_on_delivery";
  /** Whose age, where somebody else collects; null: the recipient's. */
  readonly proxy: string | null;
  readonly state: "open" | "met" | "over";
  /** What this person still has to see to; empty: their code opens. */
  readonly missing: readonly ("age_check" | "cash_on_delivery")[];
};

export type TestEvent = {
  readonly endpoint: string;
};

export type Courier = {
  readonly id: string;
  readonly tenant: string;
  readonly username: string;
  readonly name: string;
};

export type Session = {
  readonly kind: "customer" | "courier" | "operator";
  readonly id: string;
  /** E-mail of a customer or operator, user name of a courier. */
  readonly name: string;
  readonly role: "viewer" | "support" | "admin" | null;
  readonly tenant: string | null;
  readonly expiresAt: string;
  /** An operator whose role needs a second factor and who has none yet: nothing else is served before it is on. */
  readonly lacksSecondFactor: boolean;
};

export type Station = StationPoint & {
  readonly carrier: string | null;
  readonly address: string | null;
  readonly country: string | null;
  readonly timeZone: string;
  readonly openingHours: string | null;
  readonly stepFree: boolean;
  readonly supportPhone: string | null;
  readonly suspendedFor: "operator" | "acceptance" | "tamper" | null;
  readonly layout: {
    readonly floorMm: number;
    readonly columns: readonly {
      readonly doors: readonly {
        readonly number: number;
        readonly size: "small" | "medium" | "large" | "oversized";
        readonly widthMm: number;
        readonly heightMm: number;
        readonly depthMm: number;
      }[];
    }[];
  };
  readonly walkUp: readonly number[];
  readonly maintenance: readonly number[];
};

export type StationPoint = {
  readonly id: string;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly status: "provisioning" | "acceptance" | "active" | "suspended" | "decommissioned";
};

export type Reservation = {
  readonly id: string;
  readonly station: string;
  readonly compartment: number;
  readonly size: "small" | "medium" | "large" | "oversized";
  readonly state: "held" | "confirmed" | "fulfilled" | "ended";
  readonly endReason: "cancelled" | "lapsed" | "collected" | "returned" | "station_gone" | "missing" | "moved" | null;
  /** Half-open: a hold blocks nobody from this instant; a confirmed one lapses then unless the parcel has been dropped off. */
  readonly expiresAt: string;
  readonly orderId: string;
  readonly parcel: string | null;
  /** It shares its compartment with another parcel of the same recipient, under the same code. Absent in the answer to a hold, which never does. */
  readonly isTogether?: boolean | undefined;
};

export type Recipient = {
  readonly name: string;
  readonly email: string;
  readonly phone?: string | null | undefined;
  readonly language?: "en" | "de" | "et" | "lv" | "lt" | undefined;
};

export type Candidate = {
  readonly station: string;
  readonly name: string;
  readonly address: string | null;
  readonly lat: number;
  readonly lon: number;
  readonly distanceMetres: number;
  readonly timeZone: string;
  readonly openNow: boolean;
  readonly openingHours: string | null;
  readonly stepFree: boolean;
  readonly freeCompartments: number;
  readonly size: "small" | "medium" | "large" | "oversized";
};

export type PassedOver = {
  readonly station: string;
  readonly name: string;
  readonly lat: number;
  readonly lon: number;
  readonly distanceMetres: number;
  readonly why: "full" | "unreachable" | "too_small";
};

export type Windows = {
  /** A checkout holds a compartment for so long unless it asks otherwise. */
  readonly holdMinutes: number;
  /** The courier has to have dropped it off within so many days of the order. */
  readonly deliveryDays: number;
  /** So many days after the deposit it can be collected, by service. */
  readonly collectionDays: {
    readonly standard: number;
    readonly prime: number;
    readonly business: number;
  };
  /** So often the recipient may take more time, and by so many days each. */
  readonly extensions: number;
  readonly extensionDays: number;
  /** The clock stands still for so many days at most while the recipient is away. */
  readonly vacationDays: number;
};

export type WindowBounds = {
  readonly collectionDays: number;
  readonly deliveryDays: number;
  readonly extensions: number;
  readonly vacationDays: number;
  readonly waitDays: number;
};

export type Parcel = {
  readonly id: string;
  /** What people compare by eye: twelve digits, shown in groups of four. */
  readonly number: string;
  readonly state: "reserved" | "shipped" | "delivered" | "stored" | "collected" | "expired" | "returned" | "cancelled" | "missing";
  readonly reservation: string | null;
  readonly station: string;
  readonly compartment: number;
  readonly size: "small" | "medium" | "large" | "oversized";
  readonly orderId: string;
  /** What is on the label; unless another was given, the parcel's number. */
  readonly barcode: string;
  /** Short name of the carrier. */
  readonly carrier: string | null;
  readonly createdAt: string;
  readonly deliverBy: string;
  readonly depositedAt: string | null;
  readonly collectedAt: string | null;
  /** End of the pick-up window, half-open; null until it is deposited. */
  readonly expiresAt: string | null;
  /** The clock of the window stands still at present: nobody can get at the parcel. */
  readonly isStopped: boolean;
  /** Why a courier takes it out although its time is not over; null: it waits for its recipient. */
  readonly recalledFor: "redirected" | "decommissioned" | "recalled" | null;
  /** Goods that perish: never diverted to another station. */
  readonly isPerishable: boolean;
  /** Times in which it stood still and which `expiresAt` gives back, in order; the last has no end while it stands. */
  readonly pauses: readonly {
    readonly from: string;
    readonly to: string | null;
    readonly cause: "away" | "tamper" | "power" | "door" | "vacation";
  }[];
  /** Each time its recipient took more time, and until when it waited from then on. */
  readonly extensions: readonly {
    readonly at: string;
    readonly until: string;
  }[];
  /** How often more time may still be taken, and how many days at once; null: it does not wait. */
  readonly moreTime: {
    readonly left: number;
    readonly days: number;
  } | null;
  readonly timeline: readonly TimelineEntry[];
};

export type TimelineEntry = {
  readonly at: string;
  readonly state: "reserved" | "shipped" | "delivered" | "stored" | "collected" | "expired" | "returned" | "cancelled" | "missing";
  readonly actor: string | null;
  readonly proof: {
    readonly station: string;
    readonly epoch: number;
    readonly seq: number;
  } | null;
};

export type Redirect = {
  readonly id: string;
  readonly parcel: string;
  readonly from: string;
  readonly to: string;
  readonly state:
    | "proposed"
    | "agreed"
    | "claimed"
    | "leaving"
    | "travelling"
    | "undoing"
    | "parked"
    | "done"
    | "declined"
    | "unanswered"
    | "withdrawn"
    | "refused"
    | "undone";
  /** Who asked for it: `customer`, or somebody else, who needs the customer's word. */
  readonly by: "customer" | "shop" | "carrier" | "courier" | "operator";
  readonly reason:
    | "station_full"
    | "station_unavailable"
    | "perishable"
    | "not_possible_now"
    | "collected"
    | "no_courier"
    | "withdrawn"
    | "cancelled"
    | "failed"
    | null;
  /** What the one who proposed it says. */
  readonly note: string | null;
  /** The parcel lay in a locker when it was agreed: until a courier takes it out, nobody can collect it. */
  readonly isInside: boolean;
  /** Until when the customer may agree; later, until when the courier has to have taken it out. */
  readonly until: string | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
};

export type Cancellation = {
  readonly parcel: string;
  readonly state: "asked" | "called_off" | "leaving" | "given_back" | "too_late" | "lost" | "parked";
  /** Who asked for it. */
  readonly by: "shop" | "carrier" | "operator";
  readonly reason: string;
  /** The recipient will not get it: what they have paid is to be paid back. */
  readonly refundDue: boolean;
  readonly askedAt: string;
  readonly changedAt: string;
};

export type Condition =
  | {
      readonly id: string;
      readonly state: "open" | "met" | "over";
      readonly url: string | null;
      readonly askedAt: string;
      readonly endedAt: string | null;
      readonly by: string | null;
      readonly kind: "age_check";
      readonly minimumAge: 16;
      readonly proxy: string | null;
      readonly how: "eid" | "document_seen" | "identity_provider" | null;
    }
  | {
      readonly id: string;
      readonly state: "open" | "met" | "over";
      readonly url: string | null;
      readonly askedAt: string;
      readonly endedAt: string | null;
      readonly by: string | null;
      readonly kind: "cash_on_delivery";
      readonly amountMinor: number;
      readonly currency: string;
      readonly how: "card" | "bank_transfer" | "wallet" | "cash" | null;
    };

export type Attestation =
  | {
      readonly kind: "age_check";
      readonly minimumAge: 16;
      readonly proxy?: string | null | undefined;
      readonly how: "eid" | "document_seen" | "identity_provider";
      /** Operators: why you attest it. Kept in the trail; no personal data. */
      readonly reason?: string | undefined;
    }
  | {
      readonly kind: "cash_on_delivery";
      readonly amountMinor: number;
      readonly currency: string;
      readonly how: "card" | "bank_transfer" | "wallet" | "cash";
      /** Operators: why you attest it. Kept in the trail; no personal data. */
      readonly reason?: string | undefined;
    };

export type Receipt = {
  readonly station: string | null;
  readonly epoch: number | null;
  readonly seq: number | null;
  readonly parcel: string | null;
  readonly outcome: "accepted" | "known" | "refused";
  readonly reason:
    | "unreadable"
    | "unknown_station"
    | "revoked"
    | "not_signed"
    | "another_epoch"
    | "not_carried"
    | "contradiction"
    | "too_far"
    | null;
};

export type Outage = {
  readonly compartment: number | null;
  readonly cause: "away" | "tamper" | "power" | "door";
  readonly from: string;
  /** Null while it lasts. */
  readonly to: string | null;
  readonly works: {
    readonly code: boolean;
    readonly phone: boolean;
  };
};

export type Route = {
  readonly id: string;
  readonly name: string;
  readonly day: string;
  readonly courier: string;
  readonly state: "planned" | "active" | "done";
  readonly stops: readonly Stop[];
};

export type Stop = {
  readonly station: string;
  readonly position: number;
  readonly name: string;
  readonly address: string | null;
  readonly lat: number;
  readonly lon: number;
  readonly drops: readonly Drop[];
  /** What is to be taken out here, or was, on this route. */
  readonly retrievals: readonly Retrieval[];
};

export type Drop = {
  readonly parcel: string;
  readonly number: string;
  readonly barcode: string;
  readonly compartment: number;
  readonly size: "small" | "medium" | "large" | "oversized";
  readonly state: "open" | "opened" | "deposited" | "skipped";
  readonly scan: string | null;
};

export type Retrieval = {
  readonly id: string;
  readonly parcel: string;
  /** Twelve digits, as on the parcel. */
  readonly number: string;
  readonly station: string;
  readonly compartment: number;
  readonly reason: "expired" | "returned" | "redirected" | "decommissioned" | "recalled";
  readonly state: "open" | "assigned" | "opened" | "missing" | "taken_out" | "cancelled";
  /** Short name of the carrier whose task it is; null: an operator has to hand it to one. */
  readonly carrier: string | null;
  /** The route that it is on, while it is on one. */
  readonly route: string | null;
  readonly neededAt: string;
  readonly endedAt: string | null;
  /** Why it was left inside the last time. */
  readonly problem: "no_room" | "no_time" | "door_stuck" | "wrong_parcel" | "no_word" | "other" | null;
  readonly attempt: {
    readonly outcome: "opened" | "refused" | "unknown";
    readonly reason: string | null;
    readonly doorClosed: boolean;
  } | null;
};

export type DeliveryProblem = {
  readonly id: string;
  readonly route: string;
  readonly courier: string;
  readonly carrier: string;
  readonly parcel: string;
  readonly number: string;
  readonly station: string;
  readonly compartment: number;
  readonly reason:
    | "does_not_fit"
    | "not_empty"
    | "will_not_close"
    | "will_not_open"
    | "wrong_parcel"
    | "other"
    | "station_closed"
    | "cannot_reach"
    | "nobody_there"
    | "station_dead";
  readonly state: "reported" | "released" | "proposed" | "taken_back" | "settled";
  readonly outcome: "another_box" | "same_box" | "another_station" | "put_in" | "tried_again" | "over" | null;
  readonly owner: "network" | "courier" | "carrier" | null;
  readonly at: string;
  readonly changedAt: string;
};

export type Return = {
  /** Also the id under which stations, couriers and receipts know what was put in. */
  readonly id: string;
  readonly kind: "return" | "sending";
  /** What people compare by eye: twelve digits. The carrier labels it with them; nothing is printed by whoever puts it in. */
  readonly number: string;
  readonly state:
    | "claiming"
    | "ready"
    | "cancelling"
    | "dropped_off"
    | "missing"
    | "retrieved"
    | "received"
    | "undelivered"
    | "cancelled"
    | "lapsed"
    | "refused";
  readonly orderId: string;
  /** The parcel that it came in, where it came through a locker. */
  readonly parcel: string | null;
  /** The shop's permission for this one return; null: the shop allows returns in general. */
  readonly authorisation: string | null;
  readonly reason: "wrong_size" | "not_as_described" | "damaged" | "wrong_item" | "changed_mind" | "other" | null;
  readonly station: string;
  /** Null until one is bound. */
  readonly compartment: number | null;
  readonly size: "small" | "medium" | "large" | "oversized";
  /** Short name of the carrier that takes it out. */
  readonly carrier: string | null;
  /** Half-open: from this instant it can no longer be put in. */
  readonly until: string;
  readonly createdAt: string;
  readonly droppedOffAt: string | null;
  /** Since when it is on a courier's route; null: on none yet. */
  readonly assignedAt: string | null;
  readonly retrievedAt: string | null;
  readonly receivedAt: string | null;
  readonly ending:
    | "by_customer"
    | "by_shop"
    | "by_operator"
    | "not_dropped_off"
    | "station_gone"
    | "station_full"
    | "station_unavailable"
    | "no_such_station"
    | "failed"
    | null;
  /** At the door its compartment could not be used, and no other one is free there at present. */
  readonly noOther: "does_not_fit" | "not_empty" | "will_not_close" | "will_not_open" | "wrong_parcel" | "other" | null;
  /** Of a sending: where it goes. */
  readonly to: string | null;
  /** Of a sending that a carrier has: the parcel that it goes on as, and how that stands; null while the station there has no room. */
  readonly onward: {
    readonly parcel: string;
    readonly state: "reserved" | "shipped" | "delivered" | "stored" | "collected" | "expired" | "returned" | "cancelled" | "missing";
  } | null;
  readonly timeline: readonly {
    readonly at: string;
    readonly state:
      | "claiming"
      | "ready"
      | "cancelling"
      | "dropped_off"
      | "missing"
      | "retrieved"
      | "received"
      | "undelivered"
      | "cancelled"
      | "lapsed"
      | "refused";
    readonly actor: string | null;
    readonly proof: {
      readonly station: string;
      readonly epoch: number;
      readonly seq: number;
    } | null;
  }[];
};

export type ReturnAuthorisation = {
  readonly id: string;
  readonly orderId: string;
  readonly parcel: string | null;
  readonly reasons: readonly ("wrong_size" | "not_as_described" | "damaged" | "wrong_item" | "changed_mind" | "other")[];
  readonly createdAt: string;
  /** Half-open: it has to be started before. */
  readonly until: string;
  readonly withdrawnAt: string | null;
  /** The newest return by it. */
  readonly usedBy: string | null;
};

export type ReturnPolicy = {
  /** Whether whoever collected a parcel of this shop may send it back without asking. */
  readonly isOpen: boolean;
  /** So many days after it was collected. */
  readonly days: number;
  readonly reasons: readonly ("wrong_size" | "not_as_described" | "damaged" | "wrong_item" | "changed_mind" | "other")[];
  /** Short name of the carrier that takes returns out; null: the one that brought the parcel, else the network's. */
  readonly carrier: string | null;
};

export type InboxMessage = Message & {
  readonly to: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly qr: string | null;
};

export type Message = {
  readonly id: string;
  readonly template:
    | "sign_in_code"
    | "pickup_ready"
    | "code_reissued"
    | "released"
    | "collected"
    | "hindered"
    | "window_extended"
    | "moved"
    | "redirected"
    | "more_time"
    | "diverted"
    | "delayed"
    | "missing"
    | "station_gone"
    | "cancelled"
    | "not_delivered"
    | "called_back"
    | "opened_by_staff"
    | "redirect_proposed"
    | "proxy_named"
    | "proxy_revoked"
    | "proxy_invited"
    | "proxy_dismissed"
    | "station_tampered"
    | "invariant_broken"
    | "follow_up"
    | "two_days_left"
    | "one_day_left"
    | "last_warning"
    | "expired"
    | "return_authorised"
    | "return_code"
    | "return_running_out"
    | "return_dropped_off"
    | "return_received"
    | "return_over";
  readonly channel: "email" | "sms" | "push";
  readonly state: "stands_by" | "waiting" | "sent" | "delivered" | "bounced" | "failed" | "void" | "acknowledged";
  readonly parcel: string | null;
  readonly createdAt: string;
  readonly sentAt: string | null;
  readonly deliveredAt: string | null;
  readonly acknowledgedAt: string | null;
  readonly attempts: number;
  readonly error: string | null;
};

export type Custody = {
  readonly parcel: string;
  readonly parcelNumber: string;
  /** Who has it now. */
  readonly holder: Custodian;
  readonly handOvers: readonly HandOver[];
  /** A station said something that does not follow from what is known; somebody has to look. */
  readonly isContradicted: boolean;
};

export type Custodian = {
  readonly kind: "shop" | "carrier" | "station" | "customer";
  readonly id: string | null;
};

export type HandOver = {
  readonly number: number;
  readonly from: (Custodian & Readonly<Record<string, unknown>>) | null;
  readonly to: Custodian;
  readonly at: string;
  readonly compartment: number | null;
  readonly proof: {
    readonly station: string;
    readonly epoch: number;
    readonly seq: number;
  } | null;
  /** SHA-256 of the signed statement; the next hand-over names it. */
  readonly digest: string;
};

export type WebhookEndpoint = {
  readonly id: string;
  readonly url: string;
  readonly types: readonly (
    | "parcel.reserved"
    | "parcel.shipped"
    | "parcel.delivered"
    | "parcel.stored"
    | "parcel.collected"
    | "parcel.expired"
    | "parcel.returned"
    | "parcel.cancelled"
    | "parcel.missing"
    | "return.ready"
    | "return.dropped_off"
    | "return.missing"
    | "return.retrieved"
    | "return.received"
    | "return.cancelled"
    | "return.lapsed"
    | "return.undelivered"
    | "parcel.window_moved"
    | "parcel.redirected"
    | "parcel.recalled"
    | "parcel.cancellation"
    | "parcel.condition"
    | "webhook.test"
  )[];
  readonly state: "active" | "paused" | "gone";
  readonly createdAt: string;
  /** Until when the former secret signs, too; null when there is none. */
  readonly formerUntil: string | null;
};

export type WebhookEndpointWithSecret = WebhookEndpoint & {
  readonly secret: string;
};

export type WebhookDelivery = {
  readonly id: string;
  /** As the header `webhook-id` says it, without `msg_`: the same for every attempt and replay. */
  readonly event: string;
  readonly type:
    | "parcel.reserved"
    | "parcel.shipped"
    | "parcel.delivered"
    | "parcel.stored"
    | "parcel.collected"
    | "parcel.expired"
    | "parcel.returned"
    | "parcel.cancelled"
    | "parcel.missing"
    | "return.ready"
    | "return.dropped_off"
    | "return.missing"
    | "return.retrieved"
    | "return.received"
    | "return.cancelled"
    | "return.lapsed"
    | "return.undelivered"
    | "parcel.window_moved"
    | "parcel.redirected"
    | "parcel.recalled"
    | "parcel.cancellation"
    | "parcel.condition"
    | "webhook.test";
  readonly occurredAt: string;
  readonly state: "waiting" | "delivered" | "failed";
  readonly attempts: number;
  readonly nextAt: string | null;
  readonly endedAt: string | null;
  /** The newest attempt: the status that was answered, or why there was no answer. */
  readonly last: {
    readonly at: string;
    readonly status: number | null;
    readonly error: string | null;
    readonly ms: number;
  } | null;
};

export type Kept = {
  readonly what:
    | "account"
    | "sessions"
    | "parcels"
    | "messages"
    | "browsers"
    | "preferences"
    | "claims"
    | "rights"
    | "proxies"
    | "people"
    | "way"
    | "away"
    | "redirects"
    | "returns"
    | "courier"
    | "openings"
    | "inspections"
    | "receipts"
    | "reminders"
    | "notices"
    | "archived";
  readonly records: readonly Readonly<Record<string, unknown>>[];
};

export type SandboxState = {
  readonly id: string;
  /** What time it is in the sandbox. */
  readonly now: string;
  /** How far its clock is ahead of the true time. */
  readonly aheadSeconds: number;
  readonly station: {
    readonly id: string;
    readonly isConnected: boolean;
    readonly doors: readonly {
      readonly compartment: number;
      readonly size: "small" | "medium" | "large" | "oversized";
      readonly door: "closed" | "open" | "unknown";
    }[];
  };
};

export type Sandbox = {
  readonly id: string;
  /** In place of the network's address: `{url}/api/…` is the API of your sandbox. */
  readonly url: string;
  /** Keys of a shop and of the carrier who brings its parcels, for everything. They begin with `phs_` and open nothing in the live network. */
  readonly shopKey: string;
  readonly carrierKey: string;
  /** The one station there is. */
  readonly station: string;
  readonly createdAt: string;
  /** It is thrown away when nobody has asked it anything for so long. Days. */
  readonly keptDays: number;
};

export type SandboxHappened = {
  readonly parcel: string;
  readonly state: "reserved" | "shipped" | "delivered" | "stored" | "collected" | "expired" | "returned" | "cancelled" | "missing";
  readonly compartment: number;
  readonly now: string;
};

/** Everything that webhooks send. */
export type WebhookEvent =
  /** The order was confirmed: a parcel is expected and a compartment is bound. */
  | {
      readonly type: "parcel.reserved";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** The courier has set out with it; or it goes on to another station. */
  | {
      readonly type: "parcel.shipped";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** It lies in the compartment and the door is shut. */
  | {
      readonly type: "parcel.delivered";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** It waits for its recipient, who has been sent the code. `expiresAt` is the end of the time to collect. */
  | {
      readonly type: "parcel.stored";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** It was taken out with the code, and the door is shut again. */
  | {
      readonly type: "parcel.collected";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** Nobody came in time. The code is dead, and a courier takes it out. */
  | {
      readonly type: "parcel.expired";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** A courier has taken it out; it is on its way back. */
  | {
      readonly type: "parcel.returned";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** The order was cancelled, or nothing was dropped off in time. */
  | {
      readonly type: "parcel.cancelled";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** The compartment was opened and nothing was in it. Somebody looks into it. */
  | {
      readonly type: "parcel.missing";
      readonly timestamp: string;
      readonly data: ParcelMovedEvent;
    }
  /** A return is expected: its customer has the code with which a compartment opens. */
  | {
      readonly type: "return.ready";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** The customer has put it in, and the door is shut. */
  | {
      readonly type: "return.dropped_off";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** The compartment was opened and nothing was in it. Somebody looks into it. */
  | {
      readonly type: "return.missing";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** The carrier has taken it out; it is on its way to you. */
  | {
      readonly type: "return.retrieved";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** You, or whoever it goes to, have it. */
  | {
      readonly type: "return.received";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** Its customer, or you, called it off before it was put in. */
  | {
      readonly type: "return.cancelled";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** It was not put in in time; the compartment is free again. */
  | {
      readonly type: "return.lapsed";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** A sending that nobody collected: its carrier has it, and brings it back to whoever sent it. */
  | {
      readonly type: "return.undelivered";
      readonly timestamp: string;
      readonly data: ReturnMovedEvent;
    }
  /** The time to collect ends at another moment: more time was taken, or the clock stood still while nobody could get at the parcel. */
  | {
      readonly type: "parcel.window_moved";
      readonly timestamp: string;
      readonly data: WindowMovedEvent;
    }
  /** It goes to another station or compartment than was planned. */
  | {
      readonly type: "parcel.redirected";
      readonly timestamp: string;
      readonly data: RedirectedEvent;
    }
  /** It is no longer its recipient's to collect although its time is not over; a courier takes it out. */
  | {
      readonly type: "parcel.recalled";
      readonly timestamp: string;
      readonly data: RecalledEvent;
    }
  /** The cancellation of a parcel that was on its way has come further. */
  | {
      readonly type: "parcel.cancellation";
      readonly timestamp: string;
      readonly data: CancellationEvent;
    }
  /** What has to happen before the parcel is given out has happened (`met`), or nothing is asked any more (`over`). */
  | {
      readonly type: "parcel.condition";
      readonly timestamp: string;
      readonly data: ConditionEvent;
    }
  /** You asked for it: `POST /webhooks/{id}/test`. Sent whatever the types of the endpoint are. */
  | {
      readonly type: "webhook.test";
      readonly timestamp: string;
      readonly data: TestEvent;
    };

/** What may be refused, by operation: the `code` of a problem document. */
export interface Codes {
  readonly "access.attest":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_asked"
    | "not_found"
    | "not_signed_in"
    | "other_amount"
    | "over"
    | "too_many_requests"
    | "try_again";
  readonly "access.conditions":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "access.reissue":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_ready"
    | "not_signed_in"
    | "over"
    | "reissued_too_often"
    | "try_again";
  readonly "couriers.addParcels":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "unknown_parcel"
    | "wrong_state";
  readonly "couriers.assignRetrievals":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "couriers.createRoute":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "idempotency_key_reused"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "unknown_parcel";
  readonly "couriers.getRoute":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "couriers.listProblems":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "couriers.listRetrievals":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "couriers.listRoutes":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "custody.events":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "custody.file":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "custody.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "custody.parcelEvents":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "devices.authority":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "devices.certificates":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "devices.outages":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "devices.receive":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "devices.revocations":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "identity.createCourier":
    | "already_exists"
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "identity.listCouriers":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "identity.session":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "network.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "network.list":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "notifications.inbox":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "notifications.pushKey":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "parcels.cancel":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "parcels.cancellation":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_cancelled"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "parcels.create":
    | "barcode_taken"
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "idempotency_key_reused"
    | "malformed"
    | "not_accepted"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "parcels.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "parcels.label":
    | "barcode_taken"
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "parcels.list":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "parcels.recall":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "parcels.redirect":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "no_such_station"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "perishable"
    | "redirect_under_way"
    | "station_full"
    | "station_unavailable"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "parcels.redirects":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "parcels.withdrawRedirect":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "perishable"
    | "station_full"
    | "station_unavailable"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "reservations.cancel":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "reservations.confirm":
    | "hold_expired"
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "idempotency_key_reused"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "reservations.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "reservations.getWindows":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "reservations.hold":
    | "does_not_fit"
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "idempotency_key_reused"
    | "malformed"
    | "no_such_station"
    | "not_allowed"
    | "not_signed_in"
    | "station_full"
    | "station_unavailable"
    | "too_many_requests"
    | "try_again";
  readonly "reservations.search":
    | "does_not_fit"
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "reservations.setWindows":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "out_of_bounds"
    | "too_many_requests"
    | "try_again";
  readonly "returns.authorisations":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "returns.authorise":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "idempotency_key_reused"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "returns.cancel":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "returns.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "returns.list":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "returns.policy":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "returns.receive":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "wrong_state";
  readonly "returns.setPolicy":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "returns.withdrawAuthorisation":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.advance":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_far"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.collect":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_possible"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.create":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "no_room"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.deposit":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_possible"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.network":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "sandbox.retrieve":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_possible"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.change":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again"
    | "url_refused";
  readonly "webhooks.create":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "idempotency_key_reused"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many"
    | "too_many_requests"
    | "try_again"
    | "url_refused";
  readonly "webhooks.deliveries":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.get":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.key":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.list":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.remove":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.replay":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.rotate":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
  readonly "webhooks.tryOut":
    | "idempotency_key_invalid"
    | "idempotency_key_missing"
    | "malformed"
    | "not_allowed"
    | "not_found"
    | "not_signed_in"
    | "too_many_requests"
    | "try_again";
}

/** Every operation that somebody with an API key may ask. */
export interface Api {
  readonly access: {
    /**
     * Attest that an age is proven or a parcel is paid
     *
     * Records that it has happened: a key of the parcel's shop or carrier with the scope `conditions` (which a payment or identity provider may be given alone), or support with a reason. From then on the code opens. Said again it is answered the same: the first word counts, and is never taken back.
     *
     * For shops and carriers (API key with the scope `conditions`); operators (support) (signed in).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/parcels/{parcel}/attestations`
     */
    readonly attest: (
      input: {
        readonly parcel: string;
      } & Attestation,
      options?: CallOptions,
    ) => Promise<Condition>;
    /**
     * What has to happen before a parcel is given out
     *
     * The customer (their own and what their proxies have to prove), the shop and the carrier of the parcel, operators.
     *
     * For shops and carriers (API key with the scope `conditions`); customers, operators (signed in).
     *
     * `GET /api/parcels/{parcel}/conditions`
     */
    readonly conditions: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly conditions: readonly Condition[];
    }>;
    /**
     * Send a fresh code and kill the old one
     *
     * Kills the code and sends a fresh one to the recipient. The answer does not say it: nobody but the recipient sees a code.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (support) (signed in).
     *
     * Asked again: one more code is sent, and the one before is dead.
     *
     * `POST /api/parcels/{parcel}/pickup/reissue`
     */
    readonly reissue: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly generation: number;
    }>;
  };
  readonly couriers: {
    /**
     * Add parcels to a route
     *
     * Carriers: more parcels for a stop of a route that is not done; a station that is no stop yet becomes the last one.
     *
     * For carriers (API key with the scope `routes`).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/routes/{id}/parcels`
     */
    readonly addParcels: (
      input: {
        readonly id: string;
      } & {
        readonly station: string;
        readonly parcels: readonly string[];
      },
      options?: CallOptions,
    ) => Promise<Route>;
    /**
     * Put retrievals onto a route
     *
     * Carriers: puts retrievals onto a route of theirs that is not done; a station that is no stop yet becomes the last one. Those of a whole station, or these.
     *
     * For carriers (API key with the scope `routes`).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/routes/{id}/retrievals`
     */
    readonly assignRetrievals: (
      input:
        | ({
            readonly id: string;
          } & {
            readonly station: string;
          })
        | {
            readonly retrievals: readonly string[];
          },
      options?: CallOptions,
    ) => Promise<{
      readonly retrievals: readonly Retrieval[];
    }>;
    /**
     * Plan a courier's route
     *
     * Carriers: stops in driving order, parcels by id or by barcode. A stop without parcels is one at which something is only taken out.
     *
     * For carriers (API key with the scope `routes`).
     *
     * Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.
     *
     * `POST /api/routes`
     */
    readonly createRoute: (
      input: {
        readonly name: string;
        readonly day: string;
        readonly courier: string;
        readonly stops: readonly {
          readonly station: string;
          readonly parcels: readonly string[];
        }[];
      },
      options?: CallOptions,
    ) => Promise<Route>;
    /**
     * A route with its stops
     *
     * Its stops in driving order, and how far each has come.
     *
     * For carriers (API key with the scope `routes`); couriers, operators (signed in).
     *
     * `GET /api/routes/{id}`
     */
    readonly getRoute: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Route>;
    /**
     * What went wrong at the door
     *
     * Operators: all; carriers: those of their own routes. What is not settled, oldest first; with `all`, also what is, newest first.
     *
     * For carriers (API key with the scope `routes`); operators (signed in).
     *
     * `GET /api/delivery-problems`
     */
    readonly listProblems: (
      input?: {
        readonly station?: string | undefined;
        readonly parcel?: string | undefined;
        readonly all?: "true" | "false" | undefined;
        readonly limit?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly problems: readonly DeliveryProblem[];
    }>;
    /**
     * What is to be taken out of stations
     *
     * Carriers: what is theirs to take out; operators: everybody's. The oldest first; those that have ended only when asked for by state.
     *
     * For carriers (API key with the scope `routes`); operators (signed in).
     *
     * `GET /api/retrievals`
     */
    readonly listRetrievals: (
      input?: {
        readonly station?: string | undefined;
        readonly parcel?: string | undefined;
        readonly state?: "open" | "assigned" | "opened" | "missing" | "taken_out" | "cancelled" | undefined;
        readonly limit?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly retrievals: readonly Retrieval[];
    }>;
    /**
     * Your routes of a day
     *
     * Carriers: their routes of a day; operators: everybody's. The latest first.
     *
     * For carriers (API key with the scope `routes`); operators (signed in).
     *
     * `GET /api/routes`
     */
    readonly listRoutes: (
      input?: {
        readonly day?: string | undefined;
        readonly courier?: string | undefined;
        readonly limit?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly routes: readonly Route[];
    }>;
  };
  readonly custody: {
    /**
     * Hand-overs of all of your parcels as EPCIS events
     *
     * Shops and carriers: the hand-overs of all of their parcels in [from, to) as EPCIS 2.0 events, oldest first; `Link: …; rel="next"` while there is more.
     *
     * For shops and carriers (API key with the scope `parcels`).
     *
     * `GET /api/epcis-events`
     */
    readonly events: Paged<
      {
        readonly from: string;
        readonly to: string;
        readonly after?: string | undefined;
        readonly limit?: number | undefined;
      },
      Readonly<Record<string, unknown>>,
      Readonly<Record<string, unknown>>
    >;
    /**
     * The signed receipts of a parcel as one file
     *
     * The same readers: the receipts as one file, which proves all of it to whoever pins the network's authority. Keep its bytes as they are.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, couriers, operators (signed in).
     *
     * `GET /api/parcels/{parcel}/receipts`
     */
    readonly file: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<string>;
    /**
     * Who had the parcel when
     *
     * Recipient, sender, shop, carrier, the courier who handed it over, operators: who had the parcel when.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, couriers, operators (signed in).
     *
     * `GET /api/parcels/{parcel}/custody`
     */
    readonly get: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<Custody>;
    /**
     * A parcel's hand-overs as EPCIS events
     *
     * The same readers: the hand-overs as EPCIS 2.0 events.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, couriers, operators (signed in).
     *
     * `GET /api/parcels/{parcel}/epcis`
     */
    readonly parcelEvents: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<Readonly<Record<string, unknown>>>;
  };
  readonly devices: {
    /**
     * The authority that certifies stations
     *
     * Public: the authority that certifies stations. `fingerprint`: SHA-256 of the certificate, hexadecimal; whoever verifies receipts pins it.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/authority`
     */
    readonly authority: (
      input?: Readonly<Record<string, never>>,
      options?: CallOptions,
    ) => Promise<{
      readonly certificate: string;
      readonly fingerprint: string;
    }>;
    /**
     * The certificates of a station's keys
     *
     * Public: the certificates of a station's keys, PEM, of its present and its former epochs, newest first: whoever reads a receipt from its screen verifies with them.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/stations/{station}/certificates`
     */
    readonly certificates: (
      input: {
        readonly station: string;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly certificates: readonly string[];
    }>;
    /**
     * Outages of a station, now and before
     *
     * Public: the outages of a station, those that last and those of the last thirty days, the newest first.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/stations/{station}/outages`
     */
    readonly outages: (
      input: {
        readonly station: string;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly outages: readonly Outage[];
      readonly asOf: string;
    }>;
    /**
     * Hand over a receipt from a station's screen
     *
     * Whoever is signed in: pages that a station showed as QR codes (`PHR1…`, docs/guides/receipts.md). The station's signature is what counts. The same pages may be sent again and again, in any order.
     *
     * For shops and carriers (API key); customers, couriers, operators (signed in).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/receipts`
     */
    readonly receive: (
      input: {
        readonly pages: readonly string[];
      },
      options?: CallOptions,
    ) => Promise<{
      readonly receipts: readonly Receipt[];
    }>;
    /**
     * The certificate revocation list
     *
     * Public: the certificate revocation list, PEM, for brokers of their own.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/revocations.crl`
     */
    readonly revocations: (input?: Readonly<Record<string, never>>, options?: CallOptions) => Promise<string>;
  };
  readonly identity: {
    /**
     * Create a courier
     *
     * Somebody who drives for the carrier that asks.
     *
     * For carriers (API key with the scope `couriers`).
     *
     * Asked again: `already_exists` (409): nothing is made twice.
     *
     * `POST /api/couriers`
     */
    readonly createCourier: (
      input: {
        readonly username: string;
        readonly name: string;
        readonly password: string;
      },
      options?: CallOptions,
    ) => Promise<Courier>;
    /**
     * Your couriers
     *
     * Everybody who drives for the carrier that asks.
     *
     * For carriers (API key with the scope `couriers`).
     *
     * `GET /api/couriers`
     */
    readonly listCouriers: (
      input?: Readonly<Record<string, never>>,
      options?: CallOptions,
    ) => Promise<{
      readonly couriers: readonly Courier[];
    }>;
    /**
     * Who is signed in
     *
     * Every page asks it first: that nobody is signed in is an answer like another, no refusal.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/sessions/current`
     */
    readonly session: (input?: Readonly<Record<string, never>>, options?: CallOptions) => Promise<Session>;
  };
  readonly network: {
    /**
     * A station
     *
     * Name, address, opening hours, sizes and state of one station.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/stations/{station}`
     */
    readonly get: (
      input: {
        readonly station: string;
      },
      options?: CallOptions,
    ) => Promise<Station>;
    /**
     * Stations in a rectangle
     *
     * Stations in a rectangle, for maps; at most `limit`.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/stations`
     */
    readonly list: (
      input?: {
        readonly west?: number | null | undefined;
        readonly south?: number | null | undefined;
        readonly east?: number | null | undefined;
        readonly north?: number | null | undefined;
        readonly q?: string | undefined;
        readonly limit?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly stations: readonly StationPoint[];
      readonly truncated: boolean;
    }>;
  };
  readonly notifications: {
    /**
     * Every message of the demo, with its content
     *
     * The demo's inbox: every message with its content, newest first. Answers 404 outside the demo.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/inbox`
     */
    readonly inbox: (
      input?: {
        readonly to?: string | undefined;
        readonly parcel?: string | undefined;
        readonly limit?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly messages: readonly InboxMessage[];
    }>;
    /**
     * The key for Web Push
     *
     * The key that browsers need to subscribe to Web Push; null when push is not configured.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/push-key`
     */
    readonly pushKey: (
      input?: Readonly<Record<string, never>>,
      options?: CallOptions,
    ) => Promise<{
      readonly key: string | null;
    }>;
  };
  readonly parcels: {
    /**
     * Call a parcel off, wherever it is
     *
     * The shop, or the carrier, that ordered it, or an operator (support): the parcel is not to reach its recipient, wherever it is now. Before it is in a compartment the claim ends at once and the courier keeps it; in one, its code dies and a courier takes it out. `200` says how far that has come; what follows comes as `parcel.cancellation` events. Asked again it answers the same.
     *
     * For shops and carriers (API key with the scope `parcels`); operators (support) (signed in).
     *
     * `POST /api/parcels/{id}/cancel`
     */
    readonly cancel: (
      input: {
        readonly id: string;
      } & {
        readonly reason: string;
      },
      options?: CallOptions,
    ) => Promise<Cancellation>;
    /**
     * How the cancellation of a parcel stands
     *
     * Whoever may see the parcel: how its cancellation stands.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (signed in).
     *
     * `GET /api/parcels/{id}/cancellation`
     */
    readonly cancellation: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Cancellation>;
    /**
     * Announce a parcel without a checkout
     *
     * Carriers (and shops): announces a parcel for a station without a checkout; finds and binds a compartment.
     *
     * For shops and carriers (API key with the scope `parcels`).
     *
     * Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.
     *
     * `POST /api/parcels`
     */
    readonly create: (
      input: {
        readonly station: string;
        readonly orderId: string;
        readonly barcode: string;
        readonly recipient: Recipient;
        readonly size?: "small" | "medium" | "large" | "oversized" | undefined;
        readonly dimensions?:
          | {
              readonly lengthMm: number;
              readonly widthMm: number;
              readonly heightMm: number;
              readonly weightGrams: number;
            }
          | undefined;
        readonly service?: "standard" | "prime" | "business" | undefined;
        /** Goods that perish: never diverted to another station (N6). */
        readonly isPerishable?: boolean | undefined;
        /** Whoever collects has to have proven this age first: the code alone does not open. See `access.attest`. */
        readonly ageCheck?: 16 | undefined;
        /** It has to be paid first, this amount: the code alone does not open. See `access.attest`. */
        readonly cashOnDelivery?:
          | {
              readonly amountMinor: number;
              readonly currency: string;
            }
          | undefined;
        /** Your page where the recipient proves their age or pays: linked from the parcel's page and from the message. A proxy's link has `?proxy=` with their id. */
        readonly conditionsUrl?: string | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly parcel: string;
      readonly reservation: string;
      readonly station: string;
      readonly compartment: number;
      readonly size: "small" | "medium" | "large" | "oversized";
    }>;
    /**
     * A parcel with its time line
     *
     * State, station, times and the whole time line. Its `station` may change until it is dropped off.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (signed in).
     *
     * `GET /api/parcels/{id}`
     */
    readonly get: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Parcel>;
    /**
     * Set the label of a parcel
     *
     * Carriers: the label that was put on the parcel, when it was not known at the order.
     *
     * For shops and carriers (API key with the scope `parcels`).
     *
     * Asked again: the same is so as after the first time.
     *
     * `PUT /api/parcels/{id}/barcode`
     */
    readonly label: (
      input: {
        readonly id: string;
      } & {
        readonly barcode: string;
      },
      options?: CallOptions,
    ) => Promise<Parcel>;
    /**
     * Parcels, newest first
     *
     * Customers: those addressed to them or ordered by them; shops and carriers: their own; operators: all. By station, number, label or order. Newest first.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (signed in).
     *
     * `GET /api/parcels`
     */
    readonly list: Paged<
      {
        readonly station?: string | undefined;
        readonly number?: string | undefined;
        readonly label?: string | undefined;
        readonly orderId?: string | undefined;
        readonly state?:
          | "reserved"
          | "shipped"
          | "delivered"
          | "stored"
          | "collected"
          | "expired"
          | "returned"
          | "cancelled"
          | "missing"
          | undefined;
        readonly isPast?: "true" | "false" | undefined;
        readonly begins?: string | undefined;
        readonly before?: string | undefined;
        readonly limit?: number | undefined;
      },
      {
        readonly parcels: readonly Parcel[];
        readonly next: string | null;
      },
      Parcel
    >;
    /**
     * Call a parcel back
     *
     * Its sender (shop, carrier) or an operator (support): a parcel that waits in a compartment is taken out and goes back. Its code is dead from now on.
     *
     * For shops and carriers (API key with the scope `parcels`); operators (support) (signed in).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/parcels/{id}/recall`
     */
    readonly recall: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Parcel>;
    /**
     * Send a parcel to another station
     *
     * To another station. The customer's own wish is done at once; that of a shop, a carrier or an operator (support) is a proposal, to which the customer agrees or not. `409` says why it is not possible.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (support) (signed in).
     *
     * Asked again: it is refused with a code of its own, because it has been done; nothing is done twice.
     *
     * `POST /api/parcels/{id}/redirects`
     */
    readonly redirect: (
      input: {
        readonly id: string;
      } & {
        readonly station: string;
        readonly note?: string | null | undefined;
      },
      options?: CallOptions,
    ) => Promise<Redirect>;
    /**
     * A parcel's redirects
     *
     * Whoever may see the parcel: its redirects, newest first.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (signed in).
     *
     * `GET /api/parcels/{id}/redirects`
     */
    readonly redirects: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly redirects: readonly Redirect[];
    }>;
    /**
     * Take a redirect back
     *
     * Whoever asked for it, or the customer, takes it back while the parcel has not left: the code works again where it lies.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (support) (signed in).
     *
     * Asked again: it is refused with a code of its own, because it has been done; nothing is done twice.
     *
     * `POST /api/redirects/{redirect}/withdraw`
     */
    readonly withdrawRedirect: (
      input: {
        readonly redirect: string;
      },
      options?: CallOptions,
    ) => Promise<Redirect>;
  };
  readonly reservations: {
    /**
     * Cancel a reservation
     *
     * Possible until the parcel has been dropped off. The compartment is free again, the codes are dead.
     *
     * For shops and carriers (API key with the scope `reservations`); customers (signed in).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/reservations/{id}/cancel`
     */
    readonly cancel: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Reservation>;
    /**
     * Place the order: a parcel is expected
     *
     * The order is placed: the compartment is bound until `expiresAt`, and the answer names the parcel that is expected now. `service` sets the time to collect: `standard` 3 days, `prime` 7, `business` 14, unless you have set your own.
     *
     * For shops and carriers (API key with the scope `reservations`); customers (signed in).
     *
     * Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.
     *
     * `POST /api/reservations/{id}/confirm`
     */
    readonly confirm: (
      input: {
        readonly id: string;
      } & {
        readonly recipient: Recipient;
        readonly barcode?: string | null | undefined;
        readonly dimensions?:
          | {
              readonly lengthMm: number;
              readonly widthMm: number;
              readonly heightMm: number;
              readonly weightGrams: number;
            }
          | null
          | undefined;
        readonly carrier?: string | null | undefined;
        readonly service?: "standard" | "prime" | "business" | undefined;
        /** Goods that perish: never diverted to another station (N6). */
        readonly isPerishable?: boolean | undefined;
        /** Several parcels of one recipient in one compartment, with one code (N5): this one goes to another order of yours for the same recipient that waits at the station, or is on its way there with the same carrier, if both say so, both state dimensions, and there is room. The compartment that was held is free again; without such an order it is used. */
        readonly together?: boolean | undefined;
        /** Whoever collects has to have proven this age first: the code alone does not open. See `access.attest`. */
        readonly ageCheck?: 16 | undefined;
        /** It has to be paid first, this amount: the code alone does not open. See `access.attest`. */
        readonly cashOnDelivery?:
          | {
              readonly amountMinor: number;
              readonly currency: string;
            }
          | undefined;
        /** Your page where the recipient proves their age or pays: linked from the parcel's page and from the message. A proxy's link has `?proxy=` with their id. */
        readonly conditionsUrl?: string | undefined;
        readonly deliverWithinDays?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<Reservation>;
    /**
     * A reservation
     *
     * Where it stands; once confirmed, `parcel` names its parcel.
     *
     * For shops and carriers (API key with the scope `reservations`); customers, operators (signed in).
     *
     * `GET /api/reservations/{id}`
     */
    readonly get: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Reservation>;
    /**
     * The limits of your orders
     *
     * Shops and carriers: the limits of their orders, and how far they may go.
     *
     * For shops and carriers (API key with the scope `reservations`).
     *
     * `GET /api/windows`
     */
    readonly getWindows: (
      input?: Readonly<Record<string, never>>,
      options?: CallOptions,
    ) => Promise<{
      readonly windows: Windows;
      readonly bounds: WindowBounds;
    }>;
    /**
     * Hold a compartment
     *
     * Claims one compartment for a while, by size or by the parcel's outer dimensions. A hold that nobody confirms frees its compartment at `expiresAt`. The refusal `station_full` carries `alternatives`: stations near by with room.
     *
     * For shops and carriers (API key with the scope `reservations`); customers (signed in).
     *
     * Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.
     *
     * `POST /api/stations/{station}/holds`
     */
    readonly hold: (
      input: {
        readonly station: string;
      } & {
        readonly orderId: string;
        readonly size?: "small" | "medium" | "large" | "oversized" | undefined;
        readonly dimensions?:
          | {
              readonly lengthMm: number;
              readonly widthMm: number;
              readonly heightMm: number;
              readonly weightGrams: number;
            }
          | undefined;
        readonly holdMinutes?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<Reservation>;
    /**
     * Stations near a place with room for a parcel
     *
     * Stations near a point with a compartment that fits, nearest first. Widens the radius by itself when nothing is free. Public.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/search`
     */
    readonly search: (
      input?: {
        readonly lat?: number | null | undefined;
        readonly lon?: number | null | undefined;
        readonly radiusMetres?: number | undefined;
        readonly size?: "small" | "medium" | "large" | "oversized" | undefined;
        readonly lengthMm?: number | undefined;
        readonly widthMm?: number | undefined;
        readonly heightMm?: number | undefined;
        readonly weightGrams?: number | undefined;
        readonly openAt?: string | undefined;
        readonly stepFree?: "true" | "false" | undefined;
        readonly limit?: number | undefined;
        readonly passedOver?: number | null | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly candidates: readonly Candidate[];
      readonly passedOver: readonly PassedOver[];
      readonly radiusMetres: number;
      readonly widened: boolean;
      readonly asOf: string;
    }>;
    /**
     * Change the limits of your orders
     *
     * Shops and carriers: other limits for the orders that are placed from now on. The refusal `out_of_bounds` names the field and the bound.
     *
     * For shops and carriers (API key with the scope `reservations`).
     *
     * Asked again: the same is so as after the first time.
     *
     * `PUT /api/windows`
     */
    readonly setWindows: (
      input?: Windows,
      options?: CallOptions,
    ) => Promise<{
      readonly windows: Windows;
      readonly bounds: WindowBounds;
    }>;
  };
  readonly returns: {
    /**
     * Returns that were allowed
     *
     * Shops: their own; customers: those for them that are open. Newest first.
     *
     * For shops (API key with the scope `parcels`); customers (signed in).
     *
     * `GET /api/return-authorisations`
     */
    readonly authorisations: Paged<
      {
        readonly before?: string | undefined;
        readonly limit?: number | undefined;
      },
      {
        readonly authorisations: readonly ReturnAuthorisation[];
        readonly next: string | null;
      },
      ReturnAuthorisation
    >;
    /**
     * Allow a return
     *
     * Shops: one return, of a parcel of theirs, or of an order that came another way (then with its recipient). The customer of a parcel is told by us, of another order by their shop.
     *
     * For shops (API key with the scope `parcels`).
     *
     * Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.
     *
     * `POST /api/return-authorisations`
     */
    readonly authorise: (
      input?:
        | {
            readonly parcel: string;
            readonly days?: number | undefined;
          }
        | {
            readonly orderId: string;
            readonly recipient: Recipient;
            readonly days?: number | undefined;
          },
      options?: CallOptions,
    ) => Promise<ReturnAuthorisation>;
    /**
     * Call it off
     *
     * Its customer, its shop, or an operator (support): nothing is put in any more. Until it has been put in.
     *
     * For shops (API key with the scope `parcels`); customers, operators (support) (signed in).
     *
     * Asked again: it is refused with a code of its own, because it has been done; nothing is done twice.
     *
     * `POST /api/returns/{id}/cancel`
     */
    readonly cancel: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Return>;
    /**
     * One of them
     *
     * Where it stands, and what is to be done next.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (signed in).
     *
     * `GET /api/returns/{id}`
     */
    readonly get: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Return>;
    /**
     * Returns and sendings
     *
     * Customers: what they have put in or will; shops: what comes back to them; carriers: what is theirs to take out; operators: all. Newest first.
     *
     * For shops and carriers (API key with the scope `parcels`); customers, operators (signed in).
     *
     * `GET /api/returns`
     */
    readonly list: Paged<
      {
        readonly parcel?: string | undefined;
        readonly number?: string | undefined;
        readonly orderId?: string | undefined;
        readonly station?: string | undefined;
        readonly state?:
          | "claiming"
          | "ready"
          | "cancelling"
          | "dropped_off"
          | "missing"
          | "retrieved"
          | "received"
          | "undelivered"
          | "cancelled"
          | "lapsed"
          | "refused"
          | undefined;
        readonly before?: string | undefined;
        readonly limit?: number | undefined;
      },
      {
        readonly returns: readonly Return[];
        readonly next: string | null;
      },
      Return
    >;
    /**
     * What your customers may send back
     *
     * Shops: what they allow.
     *
     * For shops (API key with the scope `parcels`).
     *
     * `GET /api/return-policy`
     */
    readonly policy: (input?: Readonly<Record<string, never>>, options?: CallOptions) => Promise<ReturnPolicy>;
    /**
     * It has arrived
     *
     * Its shop, the carrier that hands it over, or an operator (support): it has arrived.
     *
     * For shops and carriers (API key with the scope `parcels`); operators (support) (signed in).
     *
     * Asked again: it is refused with a code of its own, because it has been done; nothing is done twice.
     *
     * `POST /api/returns/{id}/received`
     */
    readonly receive: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<Return>;
    /**
     * Say what your customers may send back
     *
     * Shops: for returns that are started from now on.
     *
     * For shops (API key with the scope `parcels`).
     *
     * Asked again: the same is so as after the first time.
     *
     * `PUT /api/return-policy`
     */
    readonly setPolicy: (input?: ReturnPolicy, options?: CallOptions) => Promise<ReturnPolicy>;
    /**
     * Allow it no more
     *
     * Shops: it is allowed no more. A return that was started by it goes on; call that one off by itself.
     *
     * For shops (API key with the scope `parcels`).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `POST /api/return-authorisations/{id}/withdraw`
     */
    readonly withdrawAuthorisation: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<ReturnAuthorisation>;
  };
  readonly sandbox: {
    /**
     * Let time pass
     *
     * Moves the clock of this sandbox forward. All that falls due meanwhile happens, in its order: reminders, expiry, webhooks. It answers when that is done.
     *
     * For shops and carriers (API key).
     *
     * Asked again: the clock moves on by as much again.
     *
     * `POST /api/sandbox/clock`
     */
    readonly advance: (
      input?: {
        readonly days?: number | undefined;
        readonly hours?: number | undefined;
        readonly minutes?: number | undefined;
      },
      options?: CallOptions,
    ) => Promise<SandboxState>;
    /**
     * The customer types the code
     *
     * Somebody types this code at the kiosk, takes the parcel out and shuts the door. A code that the kiosk refuses is refused here, with the kiosk's own sentence and code in `kiosk`.
     *
     * For shops and carriers (API key).
     *
     * Asked again: within two minutes the door opens once more, for whoever forgot something; then the code is used up.
     *
     * `POST /api/sandbox/collections`
     */
    readonly collect: (
      input: {
        readonly code: string;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly compartment: number;
      readonly now: string;
    }>;
    /**
     * Make a sandbox
     *
     * A sandbox of your own, ready within seconds: a shop, a carrier with a courier, a station with its cabinet, and keys.
     *
     * Open to everybody, without a key.
     *
     * Asked again: another one comes of it. When an answer was lost, list what there is before you repeat.
     *
     * `POST /api/sandboxes`
     */
    readonly create: (input?: Readonly<Record<string, never>>, options?: CallOptions) => Promise<Sandbox>;
    /**
     * The courier puts a parcel in
     *
     * The courier drives to the station with this parcel, scans it, puts it in and shuts the door.
     *
     * For shops and carriers (API key).
     *
     * Asked again: it is refused with a code of its own, because it has been done; nothing is done twice.
     *
     * `POST /api/sandbox/deposits`
     */
    readonly deposit: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<SandboxHappened>;
    /**
     * How the sandbox stands
     *
     * What time it is there, and how the doors stand.
     *
     * For shops and carriers (API key).
     *
     * `GET /api/sandbox`
     */
    readonly get: (input?: Readonly<Record<string, never>>, options?: CallOptions) => Promise<SandboxState>;
    /**
     * Cut the cabinet's network, or mend it
     *
     * Pulls the cabinet's network cable, or plugs it in again. The station goes on by itself; what it knows comes afterwards.
     *
     * For shops and carriers (API key).
     *
     * Asked again: the same is so as after the first time.
     *
     * `PUT /api/sandbox/network`
     */
    readonly network: (
      input: {
        readonly isConnected: boolean;
      },
      options?: CallOptions,
    ) => Promise<SandboxState>;
    /**
     * The courier takes a parcel out
     *
     * The courier takes out a parcel that has expired or was called back.
     *
     * For shops and carriers (API key).
     *
     * Asked again: it is refused with a code of its own, because it has been done; nothing is done twice.
     *
     * `POST /api/sandbox/retrievals`
     */
    readonly retrieve: (
      input: {
        readonly parcel: string;
      },
      options?: CallOptions,
    ) => Promise<SandboxHappened>;
  };
  readonly webhooks: {
    /**
     * Change, pause or go on
     *
     * Another address, other events, paused or active again: what is not named stays. What happens while it is paused is sent afterwards.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * Asked again: the same answer; nothing is done twice.
     *
     * `PATCH /api/webhooks/{id}`
     */
    readonly change: (
      input: {
        readonly id: string;
      } & {
        readonly url?: string | undefined;
        readonly types?:
          | readonly (
              | "parcel.reserved"
              | "parcel.shipped"
              | "parcel.delivered"
              | "parcel.stored"
              | "parcel.collected"
              | "parcel.expired"
              | "parcel.returned"
              | "parcel.cancelled"
              | "parcel.missing"
              | "return.ready"
              | "return.dropped_off"
              | "return.missing"
              | "return.retrieved"
              | "return.received"
              | "return.cancelled"
              | "return.lapsed"
              | "return.undelivered"
              | "parcel.window_moved"
              | "parcel.redirected"
              | "parcel.recalled"
              | "parcel.cancellation"
              | "parcel.condition"
              | "webhook.test"
            )[]
          | undefined;
        readonly state?: "active" | "paused" | undefined;
      },
      options?: CallOptions,
    ) => Promise<WebhookEndpoint>;
    /**
     * Have events sent to an address of yours
     *
     * From now on each event of these types is posted there. The answer shows the `secret` with which it is signed, once. At most 20 endpoints.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * Takes effect once per `Idempotency-Key`: repeated, it gives the same answer.
     *
     * `POST /api/webhooks`
     */
    readonly create: (
      input: {
        readonly url: string;
        readonly types: readonly (
          | "parcel.reserved"
          | "parcel.shipped"
          | "parcel.delivered"
          | "parcel.stored"
          | "parcel.collected"
          | "parcel.expired"
          | "parcel.returned"
          | "parcel.cancelled"
          | "parcel.missing"
          | "return.ready"
          | "return.dropped_off"
          | "return.missing"
          | "return.retrieved"
          | "return.received"
          | "return.cancelled"
          | "return.lapsed"
          | "return.undelivered"
          | "parcel.window_moved"
          | "parcel.redirected"
          | "parcel.recalled"
          | "parcel.cancellation"
          | "parcel.condition"
          | "webhook.test"
        )[];
      },
      options?: CallOptions,
    ) => Promise<WebhookEndpointWithSecret>;
    /**
     * What was sent there, and how it went
     *
     * Newest first.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * `GET /api/webhooks/{id}/deliveries`
     */
    readonly deliveries: Paged<
      {
        readonly id: string;
        readonly state?: "waiting" | "delivered" | "failed" | undefined;
        readonly before?: string | undefined;
        readonly limit?: number | undefined;
      },
      {
        readonly deliveries: readonly WebhookDelivery[];
        readonly next: string | null;
      },
      WebhookDelivery
    >;
    /**
     * One of your endpoints
     *
     * Without its secret, which was shown once.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * `GET /api/webhooks/{id}`
     */
    readonly get: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<WebhookEndpoint>;
    /**
     * The public key of our signatures
     *
     * The public key of the signatures `v1a` (Ed25519), as `whpk_` and base64; the same for every tenant.
     *
     * Open to everybody, without a key.
     *
     * `GET /api/webhook-key`
     */
    readonly key: (
      input?: Readonly<Record<string, never>>,
      options?: CallOptions,
    ) => Promise<{
      readonly publicKey: string;
    }>;
    /**
     * Your endpoints
     *
     * At most 20.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * `GET /api/webhooks`
     */
    readonly list: (
      input?: Readonly<Record<string, never>>,
      options?: CallOptions,
    ) => Promise<{
      readonly endpoints: readonly WebhookEndpoint[];
    }>;
    /**
     * Send nothing there any more
     *
     * The endpoint and what waits for it.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * Asked again: the same is so as after the first time.
     *
     * `DELETE /api/webhooks/{id}`
     */
    readonly remove: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<void>;
    /**
     * Send again what happened in a time
     *
     * Sends again what happened in [from, to), whatever became of it, the same ids as before; at most 10,000, the oldest first.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * Asked again: it is sent once more, with the same ids.
     *
     * `POST /api/webhooks/{id}/replay`
     */
    readonly replay: (
      input: {
        readonly id: string;
      } & {
        readonly from: string;
        readonly to?: string | undefined;
        readonly state?: "delivered" | "failed" | undefined;
      },
      options?: CallOptions,
    ) => Promise<{
      readonly replayed: number;
    }>;
    /**
     * A new secret
     *
     * A new secret at once; the former one signs, too, for 24 hours, so that no event is refused while you change over.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * Asked again: one more secret comes of it; only the last two sign.
     *
     * `POST /api/webhooks/{id}/secret`
     */
    readonly rotate: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<WebhookEndpointWithSecret>;
    /**
     * Send a test event
     *
     * Sends an event of type `webhook.test` there, whatever its types are.
     *
     * For shops and carriers (API key with the scope `webhooks`).
     *
     * Asked again: one more test event is sent.
     *
     * `POST /api/webhooks/{id}/test`
     */
    readonly tryOut: (
      input: {
        readonly id: string;
      },
      options?: CallOptions,
    ) => Promise<WebhookDelivery>;
  };
}
