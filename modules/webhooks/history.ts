import type { History } from "@pigeonhole/kit/histories/history";
import { sql } from "kysely";

/** Whose a parcel is; what was sent about it is forgotten after days, as `module.ts` says. */
export const webhooksHistory: History = {
  module: "webhooks",
  tables: [{ table: "webhooks.parcel", shown: { no: "which shop is told of a parcel" }, ofCases: (cases) => sql`t.id = any (${cases})` }],
};
