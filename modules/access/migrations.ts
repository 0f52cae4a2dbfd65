import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const accessMigrations: MigrationSet = { name: "access", folder: new URL("./migrations/", import.meta.url) };
