import { announceMs, createKeyring, retireMs, type Keyring } from "@pigeonhole/access/keyring";
import { systemNow } from "@pigeonhole/kit/clock";
import { connect } from "@pigeonhole/kit/db";
import { systemRandom } from "@pigeonhole/kit/random";
import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";
import { upgrade } from "../modules.ts";
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

export const keys = defineCommand({
  meta: { name: "keys", description: "the keys that sign for stations" },
  subCommands: { list, rotate },
});
