// `npm run pigeonhole -- COMMAND`: what is done to an installation from its own machine.
import { parseArgs } from "node:util";
import { told } from "@pigeonhole/kit/told";
import { defineCommand, runCommand, showUsage, type CommandDef } from "citty";
import { archive } from "./commands/archive.ts";
import { audit } from "./commands/audit.ts";
import { backup, restore } from "./commands/backup.ts";
import { broker } from "./commands/broker.ts";
import { config } from "./commands/config.ts";
import { custody } from "./commands/custody.ts";
import { deadLetters } from "./commands/dead-letters.ts";
import { keys } from "./commands/keys.ts";
import { migrate } from "./commands/migrate.ts";
import { operators } from "./commands/operators.ts";
import { stations } from "./commands/stations.ts";

const main = defineCommand({
  meta: {
    name: "npm run pigeonhole --",
    description: "Works on the database in DATABASE_URL, else on the town that runs here, else on the one in .pigeonhole/",
  },
  subCommands: {
    stations,
    operators,
    "dead-letters": deadLetters,
    audit,
    archive,
    custody,
    keys,
    broker,
    config,
    migrate,
    backup,
    restore,
  },
});

const words = process.argv.slice(2);
try {
  if (words.length === 0 || words[0] === "help" || words.includes("--help") || words.includes("-h")) await help();
  else {
    await check();
    await runCommand(main, { rawArgs: words });
  }
} catch (error) {
  process.exitCode = 1;
  if (error instanceof Error && error.name === "CLIError") {
    console.error(`${error.message}\n`);
    await help();
  } else console.error(told(error, "the database"));
}

/** The deepest command that the words name, the one above it, and the words behind its name. */
async function named(): Promise<{ command: CommandDef; parent: CommandDef | undefined; rest: readonly string[] }> {
  let command = main as CommandDef;
  let parent: CommandDef | undefined;
  let depth = 0;
  for (const word of words) {
    const subs = (await command.subCommands) as Record<string, CommandDef> | undefined;
    if (!subs || !Object.hasOwn(subs, word)) break;
    parent = command;
    command = subs[word]!;
    depth++;
  }
  return { command, parent, rest: words.slice(depth) };
}

/** Refuses words that the command does not know: an option with a slip of the pen must not be passed over. */
async function check(): Promise<void> {
  const { command, rest } = await named();
  const mistake = (message: string): Error => Object.assign(new Error(message), { name: "CLIError" });
  if (command.subCommands) {
    if (rest.length > 0) throw mistake(`Unknown command ${rest[0]}`);
    return;
  }
  const known = Object.entries(((await command.args) as Record<string, { readonly type?: string }> | undefined) ?? {});
  const options = known
    .filter(([, { type }]) => type !== "positional")
    .map(([name, { type }]) => [name, { type: type === "boolean" ? "boolean" : "string" }] as const);
  let given: readonly string[];
  try {
    given = parseArgs({ args: [...rest], options: Object.fromEntries(options), allowPositionals: true }).positionals;
  } catch (error) {
    throw mistake(error instanceof Error ? error.message.split(". ")[0]! : String(error));
  }
  const taken = known.length - options.length;
  if (given.length > taken) throw mistake(`Nothing is known to do with ${given.slice(taken).join(" ")}`);
}

async function help(): Promise<void> {
  const { command, parent } = await named();
  await showUsage(command, parent);
}
