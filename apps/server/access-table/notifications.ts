import { everybody, operators, type Rows } from "./row.ts";

export const notificationRows: Rows = {
  "notifications.listForParcel": { all: operators, id: (of) => of.parcel },
  // The demo's alone: outside of it nobody is served.
  "notifications.inbox": { all: everybody },
  "notifications.pushKey": { all: everybody },
  "notifications.subscribe": {
    all: ["customer"],
    body: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/x", keys: { p256dh: "x", auth: "y" } }),
  },
  "notifications.person": { modules: ["privacy"] },
};
