import { admins, supporters, type Rows } from "./row.ts";

export const invariantRows: Rows = {
  "invariants.list": { all: supporters },
  "invariants.settle": { all: admins, params: { breach: "0198c0de-0000-7000-8000-00000000b1ea" }, body: () => ({ note: "Mended" }) },
};
