import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const couriersMigrations: MigrationSet = { name: "couriers", folder: new URL("./migrations/", import.meta.url) };
