import { publish } from "@pigeonhole/kit/outbox";
import { after } from "./domain.ts";
import { EndpointChanged } from "./events.ts";
import type { Webhooks } from "./needs.ts";
import { settle, take, type Due } from "./queries/deliveries.ts";
import { setGone } from "./queries/endpoints.ts";
import { signatures } from "./signature.ts";

/** Rounds in one go, while there is more. */
const rounds = 20;

/** Sends what is due, to all endpoints side by side. */
export async function deliverDue(needs: Webhooks): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const due = await take(needs.db, needs.now());
    if (due.length === 0) return;
    await Promise.all(due.map((each) => deliver(needs, each)));
  }
}

async function deliver(needs: Webhooks, due: Due): Promise<void> {
  const at = needs.now();
  const id = `msg_${due.event}`;
  const timestamp = Math.floor((needs.wallClock ?? needs.now)().getTime() / 1_000);
  const header = signatures({ id, timestamp, body: due.body }, needs.secretsOf(due.to, at), needs.key);
  const outcome = await needs.send(
    due.to.url,
    { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": header },
    due.body,
  );
  const ended = needs.now();
  const verdict = after(outcome, due.attempts, ended);
  await needs.db.transaction().execute(async (tx) => {
    await settle(tx, due, outcome, verdict, ended);
    const owner = verdict.isGone ? await setGone(tx, due.endpoint) : undefined;
    if (owner !== undefined) await publish(tx, ended, EndpointChanged, { endpoint: due.endpoint, owner, change: "gone" });
  });
  if (verdict.state === "failed")
    needs.log.warn({ endpoint: due.endpoint, event: due.event, attempts: due.attempts, status: outcome.status }, "a webhook was given up");
}
