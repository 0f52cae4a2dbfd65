import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const returnsMigrations: MigrationSet = { name: "returns", folder: new URL("./migrations/", import.meta.url) };
