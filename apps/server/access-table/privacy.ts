import { admins, operators, type Rows } from "./row.ts";

export const privacyRows: Rows = {
  // Their own: nothing in the request says whose.
  "privacy.mine": { all: ["customer"] },
  "privacy.eraseMe": { all: ["customer"], body: () => ({ atOnce: false }) },
  "privacy.keepMe": { all: ["customer"] },
  "privacy.erase": { all: admins, body: () => ({ email: "never-heard-of@example.org", reason: "Asked by letter" }) },
  "privacy.erasures": { all: operators },
  "privacy.hold": { all: admins, body: (of) => ({ parcel: of.parcel, reason: "Asked by a court" }) },
  "privacy.release": { all: admins, body: () => ({ reason: "Over" }) },
  "privacy.holds": { all: operators },
  "privacy.archives": { all: operators },
};
