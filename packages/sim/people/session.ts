import { client } from "@pigeonhole/kit/client";
import type { Hono } from "hono";
import { ask } from "./asking.ts";
import type { World } from "./world.ts";

/** Somebody who is signed in, and signs in anew when the session is over. */
export function session(world: World, first: string, login: object) {
  let cookie = first;
  const { backend, scheduler, tally } = world;
  return {
    headers: (): Record<string, string> => ({ cookie }),
    // oxlint-disable-next-line no-explicit-any
    api: <Api extends Hono<any, any, any>>() =>
      client<Api>("http://sim/api", { fetch: backend.fetch, headers: (() => ({ cookie })) as unknown as Record<string, string> }),
    /** Before the day's work begins. */
    async ensure(): Promise<void> {
      const still = await ask(world, () => backend.fetch("http://sim/api/sessions/current", { headers: { cookie } }));
      if (still.is === "yes") return;
      const again = await ask(world, async () => {
        const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(login) };
        // A password is compared in a thread of its own.
        const answer = await scheduler.outside(backend.fetch("http://sim/api/sessions", init));
        if (answer.status === 201) cookie = answer.headers.get("set-cookie")!.split(";")[0]!;
        return answer;
      });
      if (again.is === "yes") tally.sometimes("a session is over, and somebody signs in anew");
    },
  };
}
export type Session = ReturnType<typeof session>;
