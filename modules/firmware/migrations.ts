import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const firmwareMigrations: MigrationSet = { name: "firmware", folder: new URL("./migrations/", import.meta.url) };
