import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const devicesMigrations: MigrationSet = { name: "devices", folder: new URL("./migrations/", import.meta.url) };
