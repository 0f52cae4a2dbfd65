import { admins, supporters, type Rows } from "./row.ts";

export const deadletterRows: Rows = {
  "deadletters.list": { all: supporters },
  "deadletters.replay": { all: admins, params: { consumer: "nobody", seq: "1" }, body: () => ({ reason: "Mended" }) },
  "deadletters.replayAll": { all: admins, params: { consumer: "nobody" }, body: () => ({ reason: "Mended" }) },
};
