import { actorText, type Actor } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { isStanding } from "@pigeonhole/protocol/standing";
import { send } from "../commands.ts";
import type { Outcome } from "../contract.ts";
import * as access from "../domain.ts";
import { PickupProblemTold } from "../events.ts";
import { keyOf } from "../minting.ts";
import type { Access } from "../needs.ts";
import { requireOwn } from "../pickup.ts";
import * as codes from "../queries/codes.ts";
import * as grants from "../queries/grants.ts";
import * as contract from "./contract.ts";
import type { PickupProblem, Standing } from "./contract.ts";
import { phoneAttempts, whereabouts } from "./domain.ts";
import * as queries from "./queries.ts";

/** Opening from a phone by somebody who stands before the station (N9). */
export function phone(needs: Access) {
  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    open: async (c) => {
      const customer: Extract<Actor, { kind: "customer" }> = await needs.who(c, "customer");
      const { parcel } = c.req.valid("param");
      await requireOwn(needs, customer, parcel);
      return c.json(
        await openByPhone(needs, await grants.ofParcel(needs.db, parcel, "pickup"), actorText(customer), c.req.valid("json")),
        200,
      );
    },
    problem: async (c) => {
      const customer: Extract<Actor, { kind: "customer" }> = await needs.who(c, "customer");
      const { parcel } = c.req.valid("param");
      await requireOwn(needs, customer, parcel);
      await tellProblem(needs, parcel, c.req.valid("json").reason, actorText(customer));
      return c.json({}, 202);
    },
  });
  return { routes };
}

/** What is wrong, by the word of whoever collects; told once, however often it is said. */
async function tellProblem({ db, now }: Access, parcel: string, reason: PickupProblem, actor: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const grant = await grants.lockOfParcel(tx, parcel, "pickup");
    if (!grant || grant.state === "issued") throw new Refused("not_ready", "The parcel is not in the locker yet.");
    const { station, compartment, opened_at: openedAt } = grant;
    const wasThere = openedAt !== null && now().getTime() - openedAt.getTime() <= contract.visitMinutes * 60_000;
    if (reason === "will_not_open" ? grant.state !== "active" : !wasThere)
      throw new Refused("visit_over", "The door was not opened for this parcel a moment ago. Please call the number on the station.");
    await publish(tx, now(), PickupProblemTold, { parcel, station, compartment, reason, actor });
  });
}

/**
 * Opens the door behind which the parcel of this right lies. The attempt is counted, and that committed, before anything is compared (I-34); one
 * that opened costs nothing. What the station answers is told as it is: opened, refused, or that nobody knows (F10).
 */
export async function openByPhone(needs: Access, grant: grants.GrantRow | undefined, actor: string, standing: Standing): Promise<Outcome> {
  const { db, now, network, seal } = needs;
  access.mayPickUp(grant, now());
  const { id, station } = grant!;
  if (!(await queries.count(db, id, phoneAttempts, now())))
    throw new Refused("too_many_requests", "Too many attempts from this phone. Your code and the QR code open the door as before.", {
      retryAfterSeconds: phoneAttempts.forgiveSeconds,
    });
  const known = await network.stations[":station"].$get({ param: { station } });
  if (known.status !== 200) throw new Error(`where station ${station} stands: network answered ${known.status}`);
  const key = await codes.key(db, station);
  const isNumber = (typed: string): boolean => key !== undefined && isStanding(keyOf(seal, key), station, typed, now());
  const found = whereabouts(standing, await known.json(), isNumber);
  if (!found.isThere && found.why === "number_wrong")
    throw new Refused("number_wrong", "This is not the number on the station's screen now. It changes every minute.");
  if (!found.isThere)
    throw new Refused("not_there", "To open the door from here you have to stand at the station. Type the number that its screen shows.", {
      metres: found.metres,
    });
  const outcome = await send(needs, { action: "open", purpose: "pickup", right: grant!, actor });
  if (outcome.outcome === "opened") await queries.giveBack(db, id);
  return outcome;
}
