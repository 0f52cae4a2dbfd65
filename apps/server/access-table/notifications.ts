import { everybody, operators, type Rows } from "./row.ts";

export const notificationRows: Rows = {
  // A customer gets those to themselves, of somebody else's parcel none.
  "notifications.listForParcel": { all: [...operators, "customer"], id: (of) => of.parcel },
  "notifications.seen": { all: ["customer"], id: (of) => of.parcel, body: () => ({ message: null }) },
  // A token that came with the message is the right to speak of it.
  "notifications.receipt": { all: everybody, params: { token: "0" }, body: () => ({ state: "delivered" }) },
  "notifications.bounce": { all: everybody, body: () => "" },
  "notifications.fewer": { all: everybody, params: { token: "0" } },
  "notifications.preferences": { all: ["customer"] },
  "notifications.prefer": {
    all: ["customer"],
    body: () => ({ email: "at_once", sms: "off", push: "off", reminders: true, language: null, quiet: null, timeZone: null }),
  },
  "notifications.health": { all: operators },
  // The demo's alone: outside of it nobody is served.
  "notifications.inbox": { all: everybody },
  "notifications.pushKey": { all: everybody },
  "notifications.subscribe": {
    all: ["customer"],
    body: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/x", keys: { p256dh: "x", auth: "y" } }),
  },
  "notifications.person": { modules: ["privacy"] },
};
