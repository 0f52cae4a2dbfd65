import { nobodys, operators, supporters, type Rows } from "./row.ts";

const shownBy = "modules/returns/returns.test.ts";

export const returnRows: Rows = {
  "returns.places": { all: ["customer"], query: "lat=59.4&lon=24.7&size=small" },
  "returns.start": { all: ["customer"], body: () => ({ parcel: nobodys, station: nobodys, size: "small", reason: "other" }) },
  "returns.send": {
    all: ["customer"],
    body: () => ({
      station: nobodys,
      to: "01987654-3210-7000-8000-000000000001",
      size: "small",
      sender: { name: "Mallory" },
      recipient: { name: "Mallory", email: "mallory@example.org" },
      acceptsRules: "2026-01",
    }),
  },
  "returns.list": { all: ["customer", "shop", "carrier", ...operators] },
  "returns.get": { all: operators, own: ["customer", "shop", "carrier"], id: (of) => of.returned },
  "returns.code": { own: ["customer"], id: (of) => of.returned },
  // Called off once, it is called off for all of them; what is put in needs a cabinet.
  "returns.cancel": {
    all: supporters,
    own: ["customer", "shop"],
    id: (of) => of.returned,
  },
  "returns.receive": {
    all: supporters,
    own: ["shop", "carrier"],
    ownShownBy: { carrier: shownBy },
    id: (of) => of.returned,
  },
  "returns.customer": { modules: "any", id: (of) => of.returned },
  "returns.policy": { all: ["shop"] },
  "returns.setPolicy": { all: ["shop"], body: () => ({ isOpen: false, days: 14, reasons: ["other"], carrier: null }) },
  "returns.authorise": { all: ["shop"], body: () => ({ parcel: nobodys }) },
  "returns.withdrawAuthorisation": { own: ["shop"], id: (of) => of.authorisation },
  "returns.authorisations": { all: ["customer", "shop"] },
  "returns.offer": { own: ["customer"], id: (of) => of.parcel },
};
