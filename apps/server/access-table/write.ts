// `node apps/server/access-table/write.ts`: writes docs/access-table.md anew.
import { writeFileSync } from "node:fs";
import { tableText } from "./table.ts";

writeFileSync(new URL("../../../docs/access-table.md", import.meta.url), tableText());
