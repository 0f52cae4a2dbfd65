import { Refused } from "@pigeonhole/kit/refused";
import type { OpeningState } from "./contract.ts";

/** A request as far as decisions need it. */
export interface Request {
  readonly state: OpeningState;
  readonly requested_by: string;
  readonly expires_at: Date;
  readonly decided_by: string | null;
  readonly decided_at: Date | null;
}
/** An approved request is carried out within so long, or never. Milliseconds. */
export const freshMs = 60_000;

/** Both persons, as stations write them into their logs: `staff:` and the two ids, whoever asked first. */
export const staffText = ({ requested_by, decided_by }: Pick<Request, "requested_by" | "decided_by">): string =>
  `staff:${[requested_by, decided_by ?? ""].map((text) => text.replace("operator:", "")).join("+")}`;

/** Throws Refused `decided_before` or `lapsed` unless somebody may decide it now. */
export function mayDecide(request: Request, now: Date): void {
  if (request.state === "lapsed" || (request.state === "waiting" && now >= request.expires_at))
    throw new Refused("lapsed", "Nobody decided in time. Ask again if the door still has to be opened.");
  if (request.state !== "waiting") throw new Refused("decided_before", `This request has been ${request.state} already.`);
}

/** The same, and that it is another person (I-39). */
export function mayApprove(request: Request, by: string, now: Date): void {
  mayDecide(request, now);
  if (request.requested_by === by) throw new Refused("second_person", "Whoever asked to open a door does not approve it. Ask a colleague.");
}

/** Whether the signer may sign for it: two persons, and just now. */
export const isApproved = (request: Request, now: Date): boolean =>
  request.state === "approved" &&
  request.decided_by !== null &&
  request.decided_by !== request.requested_by &&
  request.decided_at !== null &&
  now.getTime() - request.decided_at.getTime() < freshMs;
