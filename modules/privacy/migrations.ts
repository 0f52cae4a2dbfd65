import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const privacyMigrations: MigrationSet = { name: "privacy", folder: new URL("./migrations/", import.meta.url) };
