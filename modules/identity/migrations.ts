import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const identityMigrations: MigrationSet = { name: "identity", folder: new URL("./migrations/", import.meta.url) };
