// Who walks where: each entrance with the eyes of those who come through it, side by side.
import type { World } from "@pigeonhole/world/world";
import type { TestBrowser } from "../browser.ts";
import { courierScenes, strangersCourier } from "./courier.ts";
import { customersScenes, newcomersScenes, strangersScenes } from "./customer.ts";
import { kioskScenes } from "./kiosk.ts";
import { kioskLooks, twoLooks, type Look } from "./look.ts";
import { operationsScenes, strangersOperations } from "./operations.ts";
import type { Life } from "./town.ts";
import { routesOf, unwalked, walk, type Scene, type Walk } from "./walk.ts";

interface Visitor {
  /** The cookie of their session; nobody's without one. */
  readonly cookie?: string;
  readonly scenes: readonly Scene[];
  /** What the browser says in its console because a scene asks for what is not there, or not allowed. */
  readonly allowed?: readonly RegExp[];
}
const refused = (status: number, path: string): RegExp => new RegExp(`status of ${status}.*/api/${path}`);

/** A cabinet's steps that are over before anybody can look at them. */
const passing = ["working"];

interface Options extends Pick<Walk, "show" | "strict"> {
  readonly world: World;
  readonly browser: TestBrowser;
  readonly life: Life;
  readonly looks?: readonly Look[];
  /** Only these entrances. */
  readonly only?: readonly string[];
  /** The steps that a cabinet's contract knows. */
  readonly steps: readonly string[];
}

/** Walks through every screen there is. Answers what is wrong with them, and which have not been walked. */
export async function walkAll({ world, browser, life, looks = twoLooks, only, steps, ...more }: Options): Promise<readonly string[]> {
  const entrances: Readonly<Record<string, readonly Visitor[]>> = {
    customer: [
      {
        scenes: strangersScenes(world, life),
        allowed: [refused(404, "stations/0198f000"), refused(4, "collect"), refused(422, "search"), refused(4, "redirect-questions")],
      },
      { cookie: life.customer, scenes: customersScenes(world, life), allowed: [refused(400, "parcels/nonsense")] },
      { cookie: life.emptyHanded, scenes: newcomersScenes(world) },
    ],
    operations: [
      { scenes: strangersOperations(world) },
      { cookie: world.operatorCookie, scenes: operationsScenes(world, life), allowed: [refused(404, "stations/0198f000")] },
    ],
    courier: [
      { scenes: strangersCourier(world) },
      { cookie: life.courier, scenes: courierScenes(world, life), allowed: [refused(404, "routes/")] },
    ],
    kiosk: [{ scenes: kioskScenes(world, life), allowed: [refused(422, "kiosk/pickup")] }],
  };
  // One door at a time: whoever stands at the cabinet goes first, then the courier; the others walk meanwhile.
  const lanes = [["kiosk", "courier"], ["customer"], ["operations"]];
  const walkOne = async (name: string): Promise<readonly string[]> => {
    const visitors = entrances[name]!;
    const faults: string[] = [];
    let routes: readonly string[] = name === "kiosk" ? steps.filter((step) => !passing.includes(step)) : [];
    for (const { cookie, scenes, allowed = [] } of visitors) {
      const visit = await browser.open({ timezoneId: "Europe/Tallinn", reducedMotion: "reduce", allowed });
      const { page } = visit;
      page.setDefaultTimeout(Number(process.env["WALK_MS"] ?? 60_000));
      if (cookie !== undefined) {
        const [key = "", value = ""] = cookie.split(/=(.*)/s);
        await page.context().addCookies([{ name: key, value, url: world.url }]);
      }
      faults.push(...(await walk({ page, scenes, looks: name === "kiosk" ? kioskLooks : looks, ...more })));
      if (name !== "kiosk") routes = await routesOf(page);
      faults.push(...visit.troubles());
      await page.context().close();
    }
    return [
      ...faults,
      ...unwalked(
        routes,
        visitors.flatMap(({ scenes }) => scenes),
      ),
    ].map((fault) => `${name}: ${fault}`);
  };
  const walked = lanes.map(async (lane) => {
    const faults: string[] = [];
    for (const name of lane) if (only === undefined || only.includes(name)) faults.push(...(await walkOne(name)));
    return faults;
  });
  return (await Promise.all(walked)).flat();
}
