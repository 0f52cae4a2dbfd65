import { connect } from "@pigeonhole/kit/db";
import { systemNow } from "@pigeonhole/kit/clock";
import { listDeadLetters, replayDeadLetter, type DeadLetter } from "@pigeonhole/kit/dead-letters";
import { defineCommand } from "citty";
import { findInstallation } from "../installation.ts";

async function withLetters<T>(work: (letters: readonly DeadLetter[], db: ReturnType<typeof connect<never>>) => Promise<T>): Promise<T> {
  await using installation = await findInstallation();
  const db = connect<never>(installation.databaseUrl, { connections: 2 });
  try {
    return await work(await listDeadLetters(db, 1_000), db);
  } finally {
    await db.destroy();
  }
}

const which = {
  consumer: { type: "positional", required: true, description: "the module that could not apply the fact" },
  seq: { type: "positional", required: true, description: "its number, as `list` shows it" },
} as const;

const pick = (letters: readonly DeadLetter[], consumer: string, seq: string): DeadLetter => {
  const found = letters.find((letter) => letter.consumer === consumer && letter.seq === Number(seq));
  if (!found) throw new Error(`${consumer} has no parked fact ${seq}; \`dead-letters list\` shows those there are`);
  return found;
};

const list = defineCommand({
  meta: { name: "list", description: "facts that a module could not apply, and those of the same thing that wait behind them" },
  run: () =>
    withLetters(async (letters) => {
      for (const { consumer, seq, state, attempts, type, aggregate, error } of letters)
        console.log(
          `${consumer.padEnd(14)} ${String(seq).padStart(8)}  ${state.padEnd(9)} ${String(attempts).padStart(2)}×  ${type}  ${aggregate}  ${error ?? "waits"}`,
        );
      console.log(letters.length === 0 ? "nothing is parked" : `${letters.length} parked`);
    }),
});
const show = defineCommand({
  meta: { name: "show", description: "one of them, whole" },
  args: which,
  run: ({ args }) => withLetters(async (letters) => console.log(JSON.stringify(pick(letters, args.consumer, args.seq), null, 2))),
});
const replay = defineCommand({
  meta: { name: "replay", description: "lets a module try a fact again, when what hindered it is mended" },
  args: which,
  run: ({ args }) =>
    withLetters(async (letters, db) => {
      const { consumer, seq, type } = pick(letters, args.consumer, args.seq);
      await replayDeadLetter(db, consumer, seq, systemNow());
      console.log(`${type} ${seq} is due again; the running server applies it within a second or two`);
    }),
});

export const deadLetters = defineCommand({
  meta: { name: "dead-letters", description: "facts that could not be applied" },
  subCommands: { list, show, replay },
});
