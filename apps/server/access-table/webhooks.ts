import { everybody, type Rows } from "./row.ts";

const [both, shown] = [
  ["shop", "carrier"],
  { shop: "modules/webhooks/module.test.ts", carrier: "modules/webhooks/module.test.ts" },
] as const;
/** Endpoints are made by the test of the module: here every id is somebody else's or nobody's. */
const theirs = { own: both, ownShownBy: shown } as const;
const id = () => "01987654-3210-7000-8000-000000000000";

export const webhookRows: Rows = {
  "webhooks.create": { all: both, body: () => ({ url: "https://shop.example.com/events", types: ["parcel.stored"] }) },
  "webhooks.list": { all: both },
  "webhooks.get": { ...theirs, id },
  "webhooks.change": { ...theirs, id, body: () => ({ state: "paused" }) },
  "webhooks.remove": { ...theirs, id },
  "webhooks.rotate": { ...theirs, id },
  "webhooks.tryOut": { ...theirs, id },
  "webhooks.deliveries": { ...theirs, id },
  "webhooks.replay": { ...theirs, id, body: () => ({ from: "2026-01-01T00:00:00Z" }) },
  "webhooks.key": { all: everybody },
};
