import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const networkMigrations: MigrationSet = { name: "network", folder: new URL("./migrations/", import.meta.url) };
