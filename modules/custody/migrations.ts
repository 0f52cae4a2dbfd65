import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const custodyMigrations: MigrationSet = { name: "custody", folder: new URL("./migrations/", import.meta.url) };
