import { ConfigError } from "./config.ts";
import { Refused } from "./refused.ts";

/** How a connection says that nobody is there. */
const unreachable = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EHOSTUNREACH", "ECONNRESET"];

/**
 * What went wrong and why, outermost first, for the person who started the process; the place in the code only where it is a mistake
 * of ours. `other` is whom an outermost failure to connect was meant for, e.g. "the database".
 */
export function told(error: unknown, other: string): string {
  if (error instanceof ConfigError || error instanceof Refused) return error.message;
  const lines: string[] = [];
  for (let at: unknown = error; at !== undefined; at = at instanceof Error ? at.cause : undefined) {
    const words = at instanceof Error ? sentence(at) : String(at);
    if (at !== error) lines.push(`  because: ${words}`);
    else
      lines.push(
        unreachable.includes((at as NodeJS.ErrnoException | undefined)?.code ?? "") ? `${other} cannot be reached: ${words}` : words,
      );
  }
  return lines.join("\n");
}

function sentence(error: Error): string {
  // What `fetch` throws when the network fails is a TypeError too; its cause says the rest.
  const isOurs = (error instanceof TypeError && error.message !== "fetch failed") || error.name === "AssertionError";
  if (isOurs) return error.stack ?? error.message;
  // Tried under several addresses: each attempt is an error of its own.
  return error instanceof AggregateError
    ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join("; ")
    : error.message;
}
