import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const invariantsMigrations: MigrationSet = { name: "invariants", folder: new URL("./migrations/", import.meta.url) };
