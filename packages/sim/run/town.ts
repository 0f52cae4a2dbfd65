import { silentLog, type Log } from "@pigeonhole/kit/log";
import { backendNode } from "../backend/node.ts";
import { OneSession } from "../backend/one-session.ts";
import { simBroker } from "../stations/broker.ts";
import { weather } from "../stations/weather.ts";
import { drawOf } from "../time/draw.ts";
import { scheduler as createScheduler } from "../time/scheduler.ts";
import { stopLeaks } from "../time/leaks.ts";
import { configOf, found, secretsOf, type Size, type Town } from "../town/town.ts";

/** All worlds begin on a Monday morning, later than any real clock: what PostgreSQL stamps with its own time lies in the past. */
const beginning = Date.UTC(2041, 0, 7, 6);

/** Founds the town in an empty database, through a backend in virtual time. Its worlds are copies of this database. */
export async function foundTown(url: string, size: Size, log: Log = silentLog): Promise<Town> {
  const draw = drawOf(1, "town");
  const scheduler = createScheduler(beginning);
  stopLeaks(scheduler);
  const secrets = secretsOf(draw.of("secrets"));
  const nothing = (): void => {};
  const broker = simBroker({ scheduler, draw: draw.of("broker"), weather: weather(scheduler, draw.of("weather")), trace: nothing });
  const session = await OneSession.open(scheduler, url);
  const config = configOf(secrets, url);
  const backend = backendNode({
    config,
    session,
    scheduler,
    broker,
    draw: draw.of("backend"),
    log,
    trace: nothing,
    meddle: () => undefined,
  });
  let town: Town | undefined;
  let failure: unknown;
  const story = async (): Promise<void> => {
    await backend.start();
    town = await found({ url, secrets, draw: draw.of("founding"), backend, scheduler, size });
  };
  story().catch((error: unknown) => {
    failure = error;
  });
  await scheduler.run(() => town !== undefined || failure !== undefined);
  backend.crash("the town is founded");
  await scheduler.settle();
  await session.close();
  if (failure !== undefined) throw failure;
  return town!;
}
