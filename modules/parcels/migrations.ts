import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const parcelsMigrations: MigrationSet = { name: "parcels", folder: new URL("./migrations/", import.meta.url) };
