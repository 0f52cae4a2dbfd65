import { actorText } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import { attemptOf, once } from "@pigeonhole/kit/idempotency";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import * as access from "../domain.ts";
import { GrantsChanged, WindowExtended } from "../events.ts";
import { adjustOne } from "../fair-clock/fair-clock.ts";
import * as fairClock from "../fair-clock/queries.ts";
import type { Access } from "../needs.ts";
import { requireOwn } from "../pickup.ts";
import * as grants from "../queries/grants.ts";
import { shareDeadline } from "../together/together.ts";
import * as contract from "./contract.ts";
import { extended, left } from "./domain.ts";

/** More time for a parcel that waits (N8). */
export function extending(needs: Access) {
  const { db, who, now, log } = needs;
  const routes = contract.mount(router(contract.refusals, log), {
    extend: async (c) => {
      const customer = await who(c, "customer");
      const { parcel } = c.req.valid("param");
      await requireOwn(needs, customer, parcel);
      const attempt = attemptOf(actorText(customer), c.req.header("idempotency-key"), "access.extend", { parcel }, now());
      const { body } = await once(db, attempt, async (tx) => {
        const at = now();
        const grant = await grants.lockOfParcel(tx, parcel, "pickup");
        if (!grant) throw new Refused("not_found", "There is no such parcel of yours.");
        const collection = await grants.ofParcel(tx, parcel, "collection");
        const waiting = {
          state: grant.state,
          beganAt: grant.began_at,
          promisedUntil: grant.promised_until,
          expiresAt: grant.expires_at,
          isStopped: grant.stopped_since !== null,
          extended: grant.extended,
          windows: grant.windows,
        };
        const until = extended(waiting, collection !== undefined && access.isLive(collection, at), at);
        const given = { ...grant, promised_until: until, extended: grant.extended + 1 };
        await grants.change(tx, grant.id, { promised_until: until, extended: given.extended });
        if (!fairClock.isWaiting(given)) throw new Error(`grant ${grant.id} waits for nothing`);
        await adjustOne(tx, given, at);
        await shareDeadline(tx, at, given);
        const { expires_at: expiresAt } = (await grants.ofParcel(tx, parcel, "pickup"))!;
        const answer = { expiresAt: expiresAt!.toISOString(), left: left(given) };
        await publish(tx, at, WindowExtended, { parcel, station: grant.station, actor: actorText(customer), ...answer });
        await publish(tx, at, GrantsChanged, { station: grant.station });
        return { status: 200, body: answer };
      });
      return c.json(body, 200);
    },
  });
  return { routes };
}
