// node packages/protocol/write-spec.ts: puts the examples as they are now into docs/protocol.md.
import { readFileSync, writeFileSync } from "node:fs";
import { withExamples } from "./examples.ts";

const file = new URL("../../docs/protocol.md", import.meta.url);
writeFileSync(file, withExamples(readFileSync(file, "utf8")));
