// `npm run pigeonhole -- COMMAND`: what is done to an installation from its own machine.
import { Refused } from "@pigeonhole/kit/refused";
import { ConfigError } from "@pigeonhole/kit/config";
import { defineCommand, runCommand, showUsage, type CommandDef } from "citty";
import { audit } from "./commands/audit.ts";
import { backup, restore } from "./commands/backup.ts";
import { config } from "./commands/config.ts";
import { deadLetters } from "./commands/dead-letters.ts";
import { migrate } from "./commands/migrate.ts";
import { operators } from "./commands/operators.ts";
import { stations } from "./commands/stations.ts";

const main = defineCommand({
  meta: {
    name: "npm run pigeonhole --",
    description: "Works on the database in DATABASE_URL, else on the town that runs here, else on the one in .pigeonhole/",
  },
  subCommands: { stations, operators, "dead-letters": deadLetters, audit, config, migrate, backup, restore },
});

const words = process.argv.slice(2);
try {
  if (words.length === 0 || words.includes("--help") || words.includes("-h")) await help();
  else await runCommand(main, { rawArgs: words });
} catch (error) {
  process.exitCode = 1;
  if (error instanceof ConfigError || error instanceof Refused) console.error(error.message);
  else if (error instanceof Error && error.name === "CLIError") {
    console.error(`${error.message}\n`);
    await help();
  } else tell(error);
}

/** The usage of the deepest command that the words name. */
async function help(): Promise<void> {
  let command = main as CommandDef;
  let parent: CommandDef | undefined;
  for (const word of words) {
    const subs = (await command.subCommands) as Record<string, CommandDef> | undefined;
    const next = subs?.[word];
    if (!next) break;
    parent = command;
    command = next;
  }
  await showUsage(command, parent);
}

/** What went wrong and why, outermost first; the place in the code only where it is a mistake of ours. */
function tell(error: unknown): void {
  for (let at: unknown = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    const words = at instanceof Error ? (at instanceof TypeError || at.name === "AssertionError" ? at.stack : at.message) : String(at);
    console.error(at === error ? words : `  because: ${words}`);
  }
}
