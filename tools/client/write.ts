// Writes the generated files of packages/client anew: after a contract has changed.
import { writeFileSync } from "node:fs";
import { openApi } from "../../apps/server/openapi/document.ts";
import { generated } from "./generated.ts";

for (const [file, text] of Object.entries(await generated(openApi()))) writeFileSync(file, text);
