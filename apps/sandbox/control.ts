import { OpenAPIHono } from "@hono/zod-openapi";
import { router } from "@pigeonhole/kit/http";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { sameSecret } from "@pigeonhole/kit/seal";
import type { Context } from "hono";
import * as contract from "./contract.ts";
import { collect, deposit, doors, retrieve } from "./door.ts";
import type { Awake } from "./network.ts";

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 } as const;

/** The routes with which the owner of a sandbox moves its clock and its doors. One thing at a time happens at the door. */
export function control(of: Awake, log: Log): OpenAPIHono {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const whole = async (): Promise<T> => {
      const told = await run();
      await of.settle();
      return told;
    };
    const mine = last.then(whole, whole);
    last = mine.catch(() => {});
    return mine;
  };
  const owned = (c: Context): void => {
    const given = /^bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
    const { shop, carrier } = of.kept.memory;
    if (given === undefined || ![shop!.key, carrier!.key].some((key) => sameSecret(given, key)))
      throw new Refused("not_signed_in", "Send Authorization: Bearer with a key of this sandbox.");
  };
  const state = async () => ({
    id: of.id,
    now: of.clock.now().toISOString(),
    aheadSeconds: Math.round(of.clock.aheadMs() / 1_000),
    station: { id: of.station, isConnected: (await of.device()).connected, doors: await doors(of) },
  });
  const routes = contract.mount(router({ ...contract.refusals }, log), {
    get: async (c) => {
      owned(c);
      return c.json(await state(), 200);
    },
    advance: async (c) => {
      owned(c);
      const { days = 0, hours = 0, minutes = 0 } = c.req.valid("json");
      const ms = days * unitMs.days + hours * unitMs.hours + minutes * unitMs.minutes;
      const { atOnce, ahead } = contract.maxDays;
      if (ms > atOnce * unitMs.days) throw new Refused("too_far", `At most ${atOnce} days at once.`);
      if (of.clock.aheadMs() + ms > ahead * unitMs.days)
        throw new Refused("too_far", `At most ${ahead} days ahead of the true time. Make another sandbox.`);
      await inTurn(() => of.advance(ms));
      return c.json(await state(), 200);
    },
    deposit: async (c) => {
      owned(c);
      const { parcel } = c.req.valid("json");
      return c.json(await inTurn(() => deposit(of, parcel)), 200);
    },
    collect: async (c) => {
      owned(c);
      const { code } = c.req.valid("json");
      return c.json(await inTurn(() => collect(of, code)), 200);
    },
    retrieve: async (c) => {
      owned(c);
      const { parcel } = c.req.valid("json");
      return c.json(await inTurn(() => retrieve(of, parcel)), 200);
    },
    network: async (c) => {
      owned(c);
      const { isConnected } = c.req.valid("json");
      await inTurn(() => of.connect(isConnected));
      return c.json(await state(), 200);
    },
  });
  const app = new OpenAPIHono();
  app.route("/api", routes);
  return app;
}
