import { operators, supporters, type Rows } from "./row.ts";

export const auditRows: Rows = {
  "audit.list": { all: operators },
  "audit.export": { all: supporters },
  "audit.verify": { all: operators },
};
