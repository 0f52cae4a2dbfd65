import { accessHistory } from "@pigeonhole/access/history";
import { accessMigrations } from "@pigeonhole/access/migrations";
import { auditMigrations } from "@pigeonhole/audit/migrations";
import { couriersHistory } from "@pigeonhole/couriers/history";
import { couriersMigrations } from "@pigeonhole/couriers/migrations";
import { custodyHistory } from "@pigeonhole/custody/history";
import { custodyMigrations } from "@pigeonhole/custody/migrations";
import { devicesHistory } from "@pigeonhole/devices/history";
import { devicesMigrations } from "@pigeonhole/devices/migrations";
import { firmwareMigrations } from "@pigeonhole/firmware/migrations";
import { identityMigrations } from "@pigeonhole/identity/migrations";
import { invariantsMigrations } from "@pigeonhole/invariants/migrations";
import type { History } from "@pigeonhole/kit/histories/history";
import { outboxHistory } from "@pigeonhole/kit/histories/outbox-history";
import { migrate, type MigrationSet } from "@pigeonhole/kit/migrate";
import { migrateJobs } from "@pigeonhole/kit/jobs";
import { networkMigrations } from "@pigeonhole/network/migrations";
import { notificationsHistory } from "@pigeonhole/notifications/history";
import { notificationsMigrations } from "@pigeonhole/notifications/migrations";
import { parcelsHistory } from "@pigeonhole/parcels/history";
import { parcelsMigrations } from "@pigeonhole/parcels/migrations";
import { privacyMigrations } from "@pigeonhole/privacy/migrations";
import { reservationsHistory } from "@pigeonhole/reservations/history";
import { reservationsMigrations } from "@pigeonhole/reservations/migrations";
import { webhooksHistory } from "@pigeonhole/webhooks/history";
import { returnsHistory } from "@pigeonhole/returns/history";
import { returnsMigrations } from "@pigeonhole/returns/migrations";
import { webhooksMigrations } from "@pigeonhole/webhooks/migrations";

/** The capabilities of the product; each can run in a process of its own (`--only`). */
export const moduleNames = [
  "identity",
  "network",
  "reservations",
  "parcels",
  "access",
  "devices",
  "firmware",
  "couriers",
  "returns",
  "notifications",
  "custody",
  "audit",
  "deadletters",
  "webhooks",
  "privacy",
  "invariants",
] as const;
export type ModuleName = (typeof moduleNames)[number];

export const allMigrations: readonly MigrationSet[] = [
  identityMigrations,
  networkMigrations,
  reservationsMigrations,
  parcelsMigrations,
  accessMigrations,
  devicesMigrations,
  firmwareMigrations,
  couriersMigrations,
  returnsMigrations,
  notificationsMigrations,
  custodyMigrations,
  auditMigrations,
  webhooksMigrations,
  privacyMigrations,
  invariantsMigrations,
];

/** What of each schema is history (A12.4): it leaves for the archive. */
export const allHistories: readonly History[] = [
  outboxHistory("parcel", "subject"),
  parcelsHistory,
  reservationsHistory,
  returnsHistory,
  accessHistory,
  couriersHistory,
  custodyHistory,
  devicesHistory,
  notificationsHistory,
  webhooksHistory,
];

/** Brings the schema of every module up to date; returns the files applied now. Safe while other processes run or do the same. */
export async function upgrade(databaseUrl: string): Promise<readonly string[]> {
  const applied = await migrate(databaseUrl, allMigrations);
  await migrateJobs(databaseUrl);
  return applied;
}
