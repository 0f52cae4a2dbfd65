import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import webPush from "web-push";
import { z } from "zod";

const Tenant = z.object({ id: z.uuid(), key: z.string() });

/** What a town has to know about itself to go on after a stop: what has been founded so far. Its keys are in secrets.json beside it. */
export const Memory = z.object({
  operator: z.uuid().optional(),
  shop: Tenant.optional(),
  carrier: Tenant.optional(),
  courier: z.uuid().optional(),
  /** The town's Web Push keys (VAPID, RFC 8292): browsers that subscribed know the public one. */
  push: z.object({ publicKey: z.string(), privateKey: z.string() }).optional(),
  /** Station ids by the key of their plan. */
  stations: z.record(z.string(), z.uuid()),
});
export type Memory = z.output<typeof Memory>;

const fileIn = (folder: string): string => path.join(folder, "town.json");

/** Reads the memory kept in `folder`; empty when there is none. */
export function readMemory(folder: string): Memory {
  const file = fileIn(folder);
  if (existsSync(file)) {
    const kept = Memory.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (kept.success) return kept.data;
    throw new Error(`${file} cannot be read: it was changed by hand, or by another version. \`npm start -- --fresh\` begins anew`, {
      cause: kept.error,
    });
  }
  return { stations: {} };
}

/** Whole or not at all, and readable by its owner alone: it holds keys. */
export function writeMemory(folder: string, memory: Memory): void {
  mkdirSync(folder, { recursive: true });
  const file = fileIn(folder);
  writeFileSync(`${file}.new`, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

/** The town's Web Push keys as settings of its server; made and remembered when there are none. */
export function pushSettings(
  memory: Memory,
  remember: () => void,
): { readonly VAPID_PUBLIC_KEY: string; readonly VAPID_PRIVATE_KEY: string } {
  if (!memory.push) {
    memory.push = webPush.generateVAPIDKeys();
    remember();
  }
  return { VAPID_PUBLIC_KEY: memory.push.publicKey, VAPID_PRIVATE_KEY: memory.push.privateKey };
}
