import { admins, operators, type Row, type Rows } from "./row.ts";

const change: Row = { all: admins, body: () => ({ reason: "Curious" }) };

export const firmwareRows: Rows = {
  "firmware.releases": { all: operators },
  "firmware.list": { all: operators },
  "firmware.get": { all: operators },
  "firmware.begin": { all: admins, body: () => ({ model: "no-such-model", release: 1 }) },
  "firmware.pause": change,
  "firmware.resume": change,
  "firmware.stop": change,
  "firmware.retry": change,
  "firmware.wanted": { modules: "any" },
};
