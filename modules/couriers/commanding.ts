import type { AccessApi, CommandWish, Outcome } from "@pigeonhole/access/contract";
import { problemOf, type Client } from "@pigeonhole/kit/client";
import type { Log } from "@pigeonhole/kit/log";

export type Told =
  | Outcome
  | { readonly command: null; readonly outcome: "refused" | "unreachable" | "unknown"; readonly reason: string | null };
/** Answers of `access.command` after which nothing has happened. */
const harmless: Readonly<Record<string, "refused" | "unreachable">> = {
  no_right: "refused",
  moving: "refused",
  not_found: "refused",
  station_unreachable: "unreachable",
};

/** Commands in a courier's name. */
export function commanding({ log, access }: { readonly log: Log; readonly access: Client<AccessApi> }) {
  return {
    /** An answer that does not come, or that nobody understands, is `unknown`: the door may have moved. */
    command: async (
      purpose: CommandWish["purpose"],
      action: CommandWish["action"],
      parcel: string,
      courier: string,
      more: Pick<CommandWish, "reason" | "at"> = {},
    ): Promise<Told> => {
      try {
        const answer = await access.internal.access.commands.$post({
          json: { action, purpose, parcel, actor: `courier:${courier}`, ...more },
        });
        if (answer.status === 200) return await answer.json();
        const { code } = await problemOf(answer);
        const outcome = harmless[code];
        if (outcome) return { command: null, outcome, reason: code };
        log.error({ action, parcel, status: answer.status, problem: code }, "a command was answered with something unexpected");
      } catch (error) {
        log.error({ err: error, action, parcel }, "a command was given and nobody knows how it ended");
      }
      return { command: null, outcome: "unknown", reason: null };
    },
  };
}
