// `npm run sim:show -- run.txt`: a run of the simulator as a page, from the trace that `npm run sim -- --trace run.txt` wrote.
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { showRun } from "./page/serve.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { port: { type: "string", default: "8090" } } });
// npm runs scripts in the root of the repository, and says where it was called.
const file = positionals[0] === undefined ? undefined : path.resolve(process.env["INIT_CWD"] ?? ".", positionals[0]);
if (file !== undefined && !existsSync(file)) {
  console.error(`there is no ${file}; \`npm run sim -- --seed 1 --parcels 20 --trace ${positionals[0]}\` writes one`);
  process.exit(1);
}
const server = await showRun(file, Number(values.port));
console.log(`${server.resolvedUrls?.local[0] ?? ""}  Ctrl-C ends it`);
