import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const auditMigrations: MigrationSet = { name: "audit", folder: new URL("./migrations/", import.meta.url) };
