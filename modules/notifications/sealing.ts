import type { Db } from "@pigeonhole/kit/db";
import type { Personal, PersonSeal } from "@pigeonhole/kit/personal/personal";
import type { Seal } from "@pigeonhole/kit/seal";
import type { Recipient } from "@pigeonhole/reservations/contract";
import { z } from "zod";
import type { Content } from "./channels/channels.ts";
import type { Subscription } from "./channels/push.ts";
import type { Tables } from "./tables.ts";

/** What a message says beyond what is asked of the neighbours when it leaves. */
export const MessageNeeds = z.union([
  z.strictObject({ code: z.string(), expiresAt: z.iso.datetime() }),
  z.strictObject({
    name: z.string(),
    number: z.string(),
    /** Null: it is about no place. */
    station: z.uuid().nullable(),
    former: z.uuid().nullable(),
    at: z.iso.datetime(),
    details: z.record(z.string(), z.string()).optional(),
  }),
]);
export type MessageNeeds = z.output<typeof MessageNeeds>;

/** Everything personal in this module's rows, sealed to its place for the person it is about: gone with their key (A10.1). */
export const sealing = (seal: Pick<Seal, "hash">, personal: Pick<Personal, "open">) => {
  const json = <T>(column: string) => ({
    write: (person: PersonSeal, id: string, value: T): string => person.seal(`notifications.${column}|${id}`, JSON.stringify(value)),
    /** Throws `Erased` when the person's keys are gone. */
    read: async (db: Db<Tables>, id: string, sealed: string): Promise<T> =>
      JSON.parse(await personal.open(db, `notifications.${column}|${id}`, sealed)) as T,
  });
  return {
    to: json<string>("to"),
    needs: json<MessageNeeds>("needs"),
    content: json<Content>("content"),
    recipient: json<Recipient>("recipient"),
    details: json<Readonly<Record<string, string>>>("details"),
    subscription: json<Subscription>("subscription"),
    /** Under which the messages to an address, and its browsers, are found. */
    toHash: (to: string): string => seal.hash("notifications.to", to.trim().toLowerCase()),
    endpointHash: (endpoint: string): string => seal.hash("notifications.endpoint", endpoint),
  };
};
export type Sealing = ReturnType<typeof sealing>;
