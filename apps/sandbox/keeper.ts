// All sandboxes of an installation: made, woken when somebody asks, put to sleep when nobody does, thrown away when nobody comes back.
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { systemNewId } from "@pigeonhole/kit/ids";
import { systemNow } from "@pigeonhole/kit/clock";
import type { Log } from "@pigeonhole/kit/log";
import { Refused } from "@pigeonhole/kit/refused";
import { control } from "./control.ts";
import { databases } from "./databases.ts";
import { isKept, readKept } from "./kept.ts";
import { wake, type Answer, type Awake } from "./network.ts";

export interface Needs {
  readonly folder: string;
  /** A PostgreSQL server on which databases may be created. */
  readonly serverUrl: string;
  /** Where people reach the network, and where this process listens. */
  readonly publicUrl: string;
  readonly ownUrl: string;
  readonly allowsPrivateWebhooks: boolean;
  /** Awake at once at most; kept at all at most. */
  readonly awake: number;
  readonly most: number;
  /** Asleep after so long without a request. Minutes. */
  readonly idleMinutes: number;
  /** Thrown away after so long without a request. Days. */
  readonly keptDays: number;
  readonly log: Log;
}

interface Entry {
  /** Milliseconds since 1970. */
  usedAt: number;
  /** Known as soon as it can answer, which is before it is all there: founding it asks it. */
  answer: Answer | undefined;
  readonly ready: Promise<Awake>;
}

const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const dayMs = 86_400_000;

export function keeper(needs: Needs) {
  const { folder, log } = needs;
  const stores = databases(needs.serverUrl);
  const entries = new Map<string, Entry>();
  const folderOf = (id: string): string => path.join(folder, id);
  const idsKept = (): readonly string[] => (existsSync(folder) ? readdirSync(folder).filter((name) => idShape.test(name)) : []);

  function open(id: string): Entry {
    const known = entries.get(id);
    if (known) return known;
    const entry: Entry = { usedAt: systemNow().getTime(), answer: undefined, ready: Promise.resolve().then(() => begin(id, entry)) };
    entries.set(id, entry);
    entry.ready.catch((error: unknown) => {
      log.error({ err: error, sandbox: id }, "a sandbox did not wake");
      entries.delete(id);
    });
    return entry;
  }

  async function begin(id: string, entry: Entry): Promise<Awake> {
    await makeRoom(id);
    const prefix = `/sandbox/${id}`;
    const awake = await wake({
      id,
      folder: folderOf(id),
      databaseUrl: stores.urlOf(id),
      publicUrl: `${needs.publicUrl}${prefix}`,
      ownUrl: `${needs.ownUrl}${prefix}`,
      cookiePath: prefix,
      allowsPrivateWebhooks: needs.allowsPrivateWebhooks,
      log: log.child({ sandbox: id }),
      answering: (answer) => (entry.answer = answer),
    });
    const network = entry.answer!;
    const doors = control(awake, log);
    entry.answer = (request, env) =>
      /^\/api\/sandbox(\/|$)/.test(new URL(request.url).pathname) ? doors.fetch(request, env as never) : network(request, env);
    return awake;
  }

  async function sleep(id: string): Promise<void> {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    const awake = await entry.ready.catch(() => undefined);
    if (!awake) return;
    awake.kept.usedAt = new Date(entry.usedAt).toISOString();
    await awake.sleep();
  }

  /** The one that was used longest ago sleeps when there are too many. */
  async function makeRoom(but: string): Promise<void> {
    const others = [...entries].filter(([id]) => id !== but).toSorted(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [id] of others.slice(0, Math.max(0, others.length + 1 - needs.awake))) await sleep(id);
  }

  async function throwAway(id: string): Promise<void> {
    await sleep(id);
    await stores.drop(id);
    rmSync(folderOf(id), { recursive: true, force: true });
    log.info({ sandbox: id }, "a sandbox that nobody used was thrown away");
  }

  return {
    async create() {
      if (idsKept().length >= needs.most)
        throw new Refused("no_room", "There are as many sandboxes as there may be. Try again tomorrow, or ask whoever runs this network.", {
          retryAfterSeconds: 3_600,
        });
      const id = systemNewId();
      await stores.create(id);
      try {
        const { kept, station } = await open(id).ready;
        const { shop, carrier } = kept.memory;
        return {
          id,
          url: `${needs.publicUrl}/sandbox/${id}`,
          shopKey: shop!.key,
          carrierKey: carrier!.key,
          station,
          createdAt: kept.createdAt,
          keptDays: needs.keptDays,
        };
      } catch (error) {
        await throwAway(id);
        throw error;
      }
    },
    /** Passes a request on to its sandbox, waking it. Throws Refused `no_sandbox`. */
    async answer(id: string, request: Request, env: unknown): Promise<Response> {
      if (!idShape.test(id) || !(entries.has(id) || isKept(folderOf(id))))
        throw new Refused("no_sandbox", "There is no such sandbox, or nobody used it for so long that it was thrown away.");
      const entry = open(id);
      entry.usedAt = systemNow().getTime();
      if (!entry.answer) await entry.ready;
      const url = new URL(request.url);
      url.pathname = url.pathname.slice(`/sandbox/${id}`.length) || "/";
      return entry.answer!(new Request(url, request), env);
    },
    /** Sleep and throwing away, called once in a while. */
    async tidy(): Promise<void> {
      const now = systemNow().getTime();
      for (const [id, { usedAt }] of entries) if (now - usedAt > needs.idleMinutes * 60_000) await sleep(id);
      for (const id of idsKept()) {
        if (entries.has(id) || !isKept(folderOf(id))) continue;
        if (now - new Date(readKept(folderOf(id)).usedAt).getTime() > needs.keptDays * dayMs) await throwAway(id);
      }
    },
    throwAway,
    sleep,
    async stop(): Promise<void> {
      for (const id of entries.keys()) await sleep(id);
      await stores.stop();
    },
  };
}
