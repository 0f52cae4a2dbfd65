import { announceMs, createKeyring, retireMs, type Keyring } from "@pigeonhole/access/keyring";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { rewrap, rewrapping } from "@pigeonhole/kit/personal/rewrap";
import { sleep, systemTimers } from "@pigeonhole/kit/timers";
import { systemRandom } from "@pigeonhole/kit/random";
import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";
import { upgrade } from "../modules.ts";
import { addDataKey, keyEncryptionOf } from "../personal.ts";
import { sealOf } from "../seal.ts";
import { signingKeyOf } from "../signing-seed.ts";

const days = (ms: number): number => ms / 86_400_000;

async function withKeyring(work: (keyring: Keyring) => Promise<void>): Promise<void> {
  await using installation = await findInstallation();
  const config = installation.config();
  await upgrade(installation.databaseUrl);
  const db = connect<never>(installation.databaseUrl, { connections: 2 });
  try {
    const signingKey = signingKeyOf(config.SIGNING_SEED);
    await work(createKeyring({ db: db as never, seal: sealOf(config), now: systemNow, random: systemRandom, signingKey }));
  } finally {
    await db.destroy();
  }
}

const meanings = {
  next: "announced to the stations; signs when all of them have it",
  present: "signs",
  former: "no longer signs; trusted until mailed QR codes have run out",
  retired: "trusted by nobody",
} as const;

const list = defineCommand({
  meta: { name: "list", description: "the keys that sign for stations, and the state of each" },
  run: () =>
    withKeyring(async (keyring) => {
      for (const { kid, state, since } of await keyring.list())
        console.log(`${kid}  ${state.padEnd(8)} since ${since.toISOString()}  ${meanings[state]}`);
    }),
});

const rotate = defineCommand({
  meta: { name: "rotate", description: "begins a change of the signing key; the running server does the rest" },
  args: {
    "at-once": {
      type: "boolean",
      default: false,
      description: "the present key was stolen: the next one signs from now on, QR codes that were mailed die, typed codes do not",
    },
  },
  run: ({ args }) =>
    withKeyring(async (keyring) => {
      const kid = await keyring.rotate({ atOnce: args["at-once"], actor: "module:cli" });
      console.log(
        args["at-once"]
          ? `${kid} signs from now on, every other key is retired. Stations learn it from the network's authority when they next connect or are connected.`
          : `${kid} is announced to the stations. It signs as soon as all of them have it, after ${days(announceMs)} days at the latest; the former key is trusted for ${days(retireMs)} days more.`,
      );
    }),
});

/** So long is waited for the running processes to have read the file. Milliseconds. */
const readByAllMs = 3_000;
/** Statements between two lines of progress. */
const progressBatches = 20;

const rotateData = defineCommand({
  meta: { name: "rotate-data", description: "a fresh key wraps the keys of persons; nothing stops meanwhile, no data is touched" },
  args: {
    "keep-key": { type: "boolean", default: false, description: "makes no fresh key: the file's first line is a new one already" },
  },
  run: async ({ args }) => {
    await using installation = await findInstallation();
    const config = installation.config();
    const file = config.DATA_KEYS_FILE;
    if (file === undefined && !args["keep-key"])
      throw new Error(
        "the keys of persons are wrapped by SECRET_KEYS: put a new one in front there, restart the processes, and say `keys rotate-data --keep-key`; or set DATA_KEYS_FILE",
      );
    await upgrade(installation.databaseUrl);
    const db = connect<never>(installation.databaseUrl, { connections: 2 });
    try {
      await keyEncryptionOf(config).current();
      if (file !== undefined && !args["keep-key"]) {
        addDataKey(file);
        console.log(`${file} begins with a fresh key; the processes that run read it within seconds`);
        await sleep(systemTimers, readByAllMs);
      }
      const kek = keyEncryptionOf(config);
      for (;;) {
        const { done, left } = await rewrapping(db, kek);
        console.log(`${done} of ${done + left} keys are wrapped by ${await kek.current()}`);
        if (left === 0) break;
        await rewrap(db, kek, progressBatches);
      }
      console.log(
        "the keys behind the first line are not needed for this database any more; backups made before need them as long as you keep them",
      );
    } finally {
      await db.destroy();
    }
  },
});

export const keys = defineCommand({
  meta: { name: "keys", description: "the keys that sign for stations, and those that wrap the keys of persons" },
  subCommands: { list, rotate, "rotate-data": rotateData },
});
