import type { AccessApi } from "@pigeonhole/access/contract";
import type { Who } from "@pigeonhole/identity/contract";
import type { Client } from "@pigeonhole/kit/client";
import type { Now } from "@pigeonhole/kit/clock";
import type { Db } from "@pigeonhole/kit/db";
import { router } from "@pigeonhole/kit/http";
import type { NewId } from "@pigeonhole/kit/ids";
import type { Job } from "@pigeonhole/kit/jobs";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import type { Seal } from "@pigeonhole/kit/seal";
import type { NetworkApi } from "@pigeonhole/network/contract";
import type { ParcelApi } from "@pigeonhole/parcels/contract";
import { addressDue } from "./address.ts";
import type { Channels } from "./channels/channels.ts";
import { emailSender } from "./channels/email.ts";
import { isPushService, pushSender } from "./channels/push.ts";
import { smsSender } from "./channels/sms.ts";
import { notificationsConsumer } from "./consumers.ts";
import * as contract from "./contract.ts";
import { deliverDue } from "./deliver.ts";
import { keptDays } from "./domain.ts";
import { inboxView, messageView } from "./inbox.ts";
import * as queries from "./queries.ts";
import { sealing } from "./sealing.ts";
import type { Tables } from "./tables.ts";

export interface Needs {
  readonly db: Db<Tables>;
  readonly who: Who;
  readonly now: Now;
  readonly newId: NewId;
  readonly log: Log;
  readonly seal: Seal;
  readonly access: Client<AccessApi>;
  readonly parcels: Client<ParcelApi>;
  readonly network: Client<NetworkApi>;
  readonly channels: Channels;
}

/** How often each channel looks for what is due. Seconds. */
const lookEverySeconds = 0.5;

export function notifications(given: Needs) {
  const needs = prepare(given);
  const { db, who, now, boxes, channels } = needs;

  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    listForParcel: async (c) => {
      await who(c, "operator");
      return c.json({ messages: (await queries.ofParcel(db, c.req.valid("param").parcel)).map(messageView) }, 200);
    },
    inbox: async (c) => {
      if (!channels.inbox) throw new Refused("not_found", "Messages are sent, not shown.");
      const { to, parcel, limit } = c.req.valid("query");
      const rows = await queries.newest(db, { toHash: to === undefined ? undefined : boxes.toHash(to), parcel, limit });
      c.header("cache-control", "no-store");
      return c.json({ messages: rows.map((row) => inboxView(boxes, row)) }, 200);
    },
    pushKey: async (c) => c.json({ key: channels.push?.publicKey ?? null }, 200),
    subscribe: async (c) => {
      const customer = await who(c, "customer");
      const { endpoint, keys } = c.req.valid("json");
      if (!isPushService(endpoint, channels.push?.services))
        throw new Refused("malformed", "The endpoint is not that of a known push service.");
      const endpoint_hash = boxes.endpointHash(endpoint);
      await db.transaction().execute((tx) =>
        queries.subscribe(tx, {
          endpoint_hash,
          customer: customer.id,
          to_hash: boxes.toHash(customer.email),
          sealed: boxes.subscription.write(endpoint_hash, { endpoint, keys }),
          created_at: now(),
        }),
      );
      return c.body(null, 204);
    },
  });

  const jobs: readonly Job[] = [
    { name: "notifications.address", everySeconds: lookEverySeconds, run: () => addressDue(needs) },
    ...contract.channels.map((channel): Job => ({
      name: `notifications.${channel}`,
      everySeconds: lookEverySeconds,
      run: () => deliverDue(needs, channel),
    })),
    {
      name: "notifications.forget",
      everySeconds: 3_600,
      run: async () => void (await queries.forget(db, new Date(now().getTime() - keptDays * 86_400_000))),
    },
  ];
  return { routes, consumers: notificationsConsumer(needs), jobs };
}

const prepare = (given: Needs) => ({
  ...given,
  boxes: sealing(given.seal),
  send: {
    email: given.channels.smtp && emailSender(given.channels.smtp),
    sms: given.channels.sms && smsSender(given.channels.sms),
    push: given.channels.push && pushSender(given.channels.push),
  },
});
/** What the parts of this module share. */
export type Notifications = ReturnType<typeof prepare>;
