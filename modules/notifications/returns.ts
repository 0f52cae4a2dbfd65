import type { Tx } from "@pigeonhole/kit/db";
import { on, type Event, type Handler } from "@pigeonhole/kit/outbox";
import { unlessErased } from "@pigeonhole/kit/personal/personal";
import { Recipient } from "@pigeonhole/reservations/contract";
import { Authorised, CodeReady, ReturnMoved, RunningOut } from "@pigeonhole/returns/events";
import type { ReturnState } from "@pigeonhole/returns/lifecycle";
import type { Tables } from "./tables.ts";
import { tell, type News, type Telling } from "./telling.ts";

/** What of a return's facts a message needs. */
interface About {
  readonly parcel: string;
  readonly kind: string;
  readonly number: string;
  readonly station: string;
  readonly sealedCustomer: string | null;
}

/** What whoever put something in is told of each state; of the others nothing. */
const messageOf: Partial<Record<ReturnState, Pick<News, "template" | "details">>> = {
  dropped_off: { template: "return_dropped_off" },
  received: { template: "return_received" },
  lapsed: { template: "return_over", details: { what: "lapsed" } },
  missing: { template: "return_over", details: { what: "missing" } },
  undelivered: { template: "return_over", details: { what: "undelivered" } },
};

/** Whoever puts something in is no parcel's recipient: the facts of returns carry them, sealed. */
export function returnHandlers(needs: Telling): readonly Handler[] {
  const toCustomer = async (
    tx: Tx<Tables>,
    event: Pick<Event, "id" | "occurredAt">,
    about: About,
    news: Partial<News> & Pick<News, "template">,
  ) => {
    const { parcel, kind, number, station, sealedCustomer } = about;
    const opened =
      sealedCustomer === null ? undefined : await unlessErased(needs.personal.open(tx, `returns.customer|${parcel}`, sealedCustomer));
    if (opened === undefined) return;
    const details = { ...news.details, return: parcel, number, kind };
    await tell(tx, needs, event, { ...news, parcel: null, to: Recipient.parse(JSON.parse(opened)), station, details });
  };
  return [
    // The recipient of the parcel that it came in; of an order that came another way its shop tells them.
    on(Authorised, async (tx: Tx<Tables>, { of, until }, event) => {
      if (of !== null) await tell(tx, needs, event, { template: "return_authorised", parcel: of, details: { until } });
    }),
    on(CodeReady, (tx: Tx<Tables>, ready, event) => toCustomer(tx, event, ready, { template: "return_code" })),
    on(RunningOut, (tx: Tx<Tables>, about, event) => toCustomer(tx, event, about, { template: "return_running_out" })),
    on(ReturnMoved, async (tx: Tx<Tables>, moved, event) => {
      const { to, ending, actor, customer } = moved;
      const message = messageOf[to];
      if (message) return toCustomer(tx, event, moved, message);
      // Whoever called it off themselves knows.
      const what = ending === "station_gone" ? "station_gone" : "cancelled";
      if (to === "cancelled" && ending !== "by_customer" && actor !== customer)
        await toCustomer(tx, event, moved, { template: "return_over", details: { what } });
    }),
  ];
}
