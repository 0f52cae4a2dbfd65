import type { MigrationSet } from "@pigeonhole/kit/migrate";

export const reservationsMigrations: MigrationSet = { name: "reservations", folder: new URL("./migrations/", import.meta.url) };
