import { actorText, requireRole, requireScope, type Actor } from "@pigeonhole/identity/contract";
import { router } from "@pigeonhole/kit/http";
import { publish } from "@pigeonhole/kit/outbox";
import { Refused } from "@pigeonhole/kit/refused";
import { ConditionMoved, GrantsChanged } from "../events.ts";
import type { Access } from "../needs.ts";
import { requireOwn } from "../pickup.ts";
import * as grants from "../queries/grants.ts";
import { view } from "./asking.ts";
import * as contract from "./contract.ts";
import type { Attestation, Condition } from "./contract.ts";
import * as domain from "./domain.ts";
import * as queries from "./queries.ts";

type Key = Extract<Actor, { kind: "shop" | "carrier" }>;
const noSuchParcel = (): Refused => new Refused("not_found", "There is no such parcel.");
const isTheirs = (key: Key, { owner, carrier }: Pick<grants.GrantRow, "owner" | "carrier">): boolean =>
  owner === actorText(key) || (key.kind === "carrier" && carrier === key.slug);

/** What has to happen before a parcel is given out, and the word that it has (N11). */
export function conditions(needs: Access) {
  const { db, who } = needs;
  const routes = contract.mount(router({ ...contract.refusals }, needs.log), {
    list: async (c) => {
      const actor: Key | Extract<Actor, { kind: "customer" | "operator" }> = await who(c, "customer", "shop", "carrier", "operator");
      const { parcel } = c.req.valid("param");
      if (actor.kind === "customer") await requireOwn(needs, actor, parcel);
      if (actor.kind === "shop" || actor.kind === "carrier") {
        requireScope(actor, "conditions");
        const own = await grants.ofParcel(db, parcel, "pickup");
        if (!own || !isTheirs(actor, own)) throw noSuchParcel();
      }
      return c.json({ conditions: (await queries.ofParcel(db, parcel)).map(view) }, 200);
    },
    attest: async (c) => {
      const actor: Key | Extract<Actor, { kind: "operator" }> = await who(c, "shop", "carrier", "operator");
      const said = c.req.valid("json");
      if (actor.kind === "operator") requireRole(actor, "support");
      else requireScope(actor, "conditions");
      if (actor.kind === "operator" && said.reason === undefined)
        throw new Refused("malformed", "Say why you attest it: what you were shown or told, and by whom.");
      return c.json(await attest(needs, actor, c.req.valid("param").parcel, said), 200);
    },
  });
  return { routes };
}

/** Records it once; from then on nothing of this kind holds the right any more, at its station as soon as that hears of it. */
async function attest(
  { db, now }: Access,
  actor: Key | Extract<Actor, { kind: "operator" }>,
  parcel: string,
  said: Attestation,
): Promise<Condition> {
  return db.transaction().execute(async (tx) => {
    const own = await grants.lockOfParcel(tx, parcel, "pickup");
    if (!own || (actor.kind !== "operator" && !isTheirs(actor, own))) throw noSuchParcel();
    const proxy = said.kind === "age_check" ? said.proxy : null;
    const row = await queries.lock(tx, parcel, said.kind, proxy);
    if (!row) throw new Refused("not_asked", "Nothing of that kind is asked for, or not of this person.");
    const asked = view(row);
    if (domain.attest(asked, said) === "known") return asked;
    const at = now();
    const by = actorText(actor);
    const met = await queries.meet(tx, row.id, { attested_by: by, how: said.how, reason: said.reason ?? null, at });
    const released = await queries.release(tx, row);
    const live = released.filter(({ state }) => state === "issued" || state === "active");
    const theirs = live.find((grant) => grant.proxy === proxy);
    await publish(tx, at, ConditionMoved, {
      condition: row.id,
      parcel,
      station: own.station,
      kind: row.kind,
      proxy,
      from: row.state,
      to: "met",
      actor: by,
      how: said.how,
      reason: said.reason ?? null,
      held: theirs?.held ?? [],
      isInside: theirs?.state === "active",
    });
    for (const station of new Set(live.map((grant) => grant.station))) await publish(tx, at, GrantsChanged, { station });
    return view(met);
  });
}
