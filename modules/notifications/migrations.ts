import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const notificationsMigrations: MigrationSet = { name: "notifications", folder: new URL("./migrations/", import.meta.url) };
