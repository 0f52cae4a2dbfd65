import type { Now } from "@pigeonhole/kit/clock";
import type { Tx } from "@pigeonhole/kit/db";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Event } from "@pigeonhole/kit/outbox";
import type { Personal } from "@pigeonhole/kit/personal/personal";
import type { Seal } from "@pigeonhole/kit/seal";
import type { Recipient } from "@pigeonhole/reservations/contract";
import type { TemplateName } from "./contract.ts";
import * as notices from "./queries/notices.ts";
import { sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

export interface Telling {
  readonly now: Now;
  readonly newId: NewId;
  readonly seal: Seal;
  readonly personal: Personal;
  /** Who hears of alarms; null: nobody. */
  readonly duty: Recipient | null;
}

export interface News {
  readonly template: Exclude<TemplateName, "sign_in_code">;
  /** Null for what is about no parcel: then `to` and `station` say whom and where. */
  readonly parcel: string | null;
  /** Whom to tell; without it, the recipient of the parcel. Kept sealed. */
  readonly to?: Recipient;
  /** The place it is about; without it, where parcels says that the parcel goes. */
  readonly station?: string;
  /** The place before, where the message names it: it reads it as `details.former`. */
  readonly former?: string;
  /** Of the code that it tells: a newer one makes the message void. */
  readonly generation?: number;
  /** What the template says besides. Kept sealed: names may stand here. */
  readonly details?: Readonly<Record<string, string>>;
}

/** Details of news about a parcel wait under the installation's key until it is known whom they are for; then they go. */
const detailsPlace = (event: string): string => `notifications.details|${event}`;

/** Somebody has to be told of this fact: once, however often it arrives. Whom and by which channels is found out by a job. */
export async function tell(tx: Tx<Tables>, { now, newId, seal, personal }: Telling, event: Pick<Event, "id" | "occurredAt">, news: News) {
  const boxes = sealing(seal, personal);
  const person = news.to && (await personal.subjectOf(tx, news.to));
  await notices.insert(tx, {
    id: newId(),
    event: event.id,
    template: news.template,
    parcel: news.parcel,
    generation: news.generation ?? null,
    station: news.station ?? null,
    former: news.former ?? null,
    sealed_recipient: news.to && person ? boxes.recipient.write(person, event.id, news.to) : null,
    sealed_details: news.details === undefined ? null : (person ?? seal).seal(detailsPlace(event.id), JSON.stringify(news.details)),
    happened_at: event.occurredAt,
    next_at: now(),
    ended_at: null,
    error: null,
  });
}
