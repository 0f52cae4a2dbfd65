import assert from "node:assert/strict";
import type { Side, startSides } from "../testing-sides.ts";
import type { Line } from "./table.ts";
import type { Row } from "./row.ts";

interface About {
  readonly ben: Side;
  readonly table: readonly (Line & { readonly row: Row })[];
  /** What of somebody's stands in a text. */
  readonly leaks: (text: string, of: Side) => readonly string[];
}

/** A third carrier delivers at the station where Ben's does: on every list, and among what is told of, each finds its own and nothing of the other (N12). */
export async function requireApart(sides: Awaited<ReturnType<typeof startSides>>, { ben, table, leaks }: About): Promise<void> {
  const { ask, station } = sides;
  const cleo = await sides.side("cleo");
  const hook = async (of: Side) =>
    String(
      (await ask("POST", "/webhooks", of.as.carrier, { url: "https://carrier.example.com/events", types: ["parcel.collected"] })).body[
        "id"
      ],
    );
  const [theirs, own] = [await hook(cleo), await hook(ben)];
  await cleo.collect();
  const deliveries = (of: Side, id: string) => ask("GET", `/webhooks/${id}/deliveries`, of.as.carrier);
  let heard = await deliveries(cleo, theirs);
  for (let tries = 0; !heard.text.includes("parcel.collected") && tries < 150; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    heard = await deliveries(cleo, theirs);
  }
  assert.ok(heard.text.includes("parcel.collected"), heard.text);
  assert.deepEqual((await deliveries(ben, own)).body["deliveries"], [], "what the other's parcel does is no event of his");
  assert.equal((await deliveries(ben, theirs)).status, 404);
  const shared = table.filter(({ method, path, row }) => method === "GET" && !path.includes("{") && row.query === undefined);
  const shows: string[] = [];
  for (const { path, operation } of shared)
    for (const asker of ["carrier", "courier"] as const) {
      const [seen, mine] = [await ask("GET", path, ben.as[asker]), await ask("GET", path, cleo.as[asker])];
      if (operation === "notifications.inbox") continue;
      assert.deepEqual(leaks(seen.text, cleo), [], `${operation} as ${asker}`);
      if (leaks(mine.text, cleo).length > 0) shows.push(`${operation} ${asker}`);
    }
  for (const wanted of ["couriers.listRoutes carrier", "couriers.myRoute courier"]) assert.ok(shows.includes(wanted), shows.join(", "));
  for (const inside of ["compartments", "reservations", "events", "telemetry/refused"])
    assert.equal((await ask("GET", `/stations/${station}/${inside}`, ben.as.carrier)).status, 403, inside);
}
