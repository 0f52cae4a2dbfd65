import type { Tx } from "@pigeonhole/kit/db";
import { on, type Consumer } from "@pigeonhole/kit/outbox";
import { Erased } from "@pigeonhole/privacy/events";
import * as queries from "./queries/sign-in.ts";
import type { Tables } from "./tables.ts";

/** A person was erased: their account and their sessions go. What was sealed for them nobody can open already. */
export const identityConsumer: Consumer = {
  name: "identity",
  handlers: [on(Erased, async (tx: Tx<Tables>, { subject }) => void (await queries.deleteCustomer(tx, subject)))],
};
