import { everybody, nobodys, operators, supporters, type Rows } from "./row.ts";

const redirecting = "modules/parcels/redirects/redirects.test.ts";

export const parcelRows: Rows = {
  "parcels.create": {
    all: ["shop", "carrier"],
    body: (of, { station }) => ({
      station,
      orderId: "o-2",
      barcode: `MORE-${of.courier.id.slice(-8)}`,
      recipient: { name: "Mallory", email: "mallory@example.org" },
      size: "small",
    }),
  },
  "parcels.get": { all: operators, own: ["customer", "shop", "carrier"], id: (of) => of.parcel },
  "parcels.lookUp": { all: supporters, body: () => ({ email: "nobody@example.org", reason: "They are on the phone" }) },
  "parcels.list": { all: ["customer", "shop", "carrier", ...operators] },
  "parcels.label": { own: ["shop", "carrier"], id: (of) => of.parcel, body: () => ({ barcode: "STOLEN-1" }) },
  // A carrier recalls what it announced itself.
  "parcels.recall": {
    all: supporters,
    own: ["shop", "carrier"],
    ownShownBy: { carrier: "modules/couriers/retrievals/retrievals.test.ts" },
    id: (of) => of.parcel,
  },
  // As above: a carrier calls off what it announced itself.
  "parcels.cancel": {
    all: supporters,
    own: ["shop", "carrier"],
    ownShownBy: { carrier: "packages/world/sagas/sagas.test.ts" },
    id: (of) => of.parcel,
    body: () => ({ reason: "ordered twice" }),
  },
  "parcels.cancellation": { all: operators, own: ["customer", "shop", "carrier"], id: (of) => of.parcel },
  "parcels.parkedCancellations": { all: operators },
  "parcels.retryCancellation": { all: supporters, id: (of) => of.parcel },
  "parcels.places": { own: ["customer"], id: (of) => of.parcel },
  "parcels.redirect": {
    all: supporters,
    own: ["customer", "shop", "carrier"],
    id: (of) => of.parcel,
    body: () => ({ station: nobodys }),
  },
  "parcels.redirects": { all: operators, own: ["customer", "shop", "carrier"], id: (of) => of.parcel },
  "parcels.agreeToRedirect": { own: ["customer"], ownShownBy: { customer: redirecting }, id: (of) => of.parcel },
  "parcels.declineRedirect": { own: ["customer"], ownShownBy: { customer: redirecting }, id: (of) => of.parcel },
  "parcels.withdrawRedirect": {
    all: supporters,
    own: ["customer", "shop", "carrier"],
    ownShownBy: { customer: redirecting, shop: redirecting, carrier: redirecting },
    id: (of) => of.parcel,
  },
  // The link of a message is the right; nothing else is asked.
  "parcels.redirectQuestion": { all: everybody, body: () => ({ token: "0".repeat(52) }) },
  "parcels.answerRedirect": { all: everybody, body: () => ({ token: "0".repeat(52), answer: "decline" }) },
  "parcels.redirectsUnderWay": { all: operators },
  "parcels.retryRedirect": { all: supporters },
  "parcels.find": { modules: "any", query: "barcode=nothing" },
  "parcels.recipient": { modules: "any", id: (of) => of.parcel },
  // Their own: nothing in the request says whose.
  "parcels.vacation": { all: ["customer"] },
  "parcels.setVacation": { all: ["customer"], body: () => ({ from: "2026-01-01T00:00:00.000Z", to: "2026-01-02T00:00:00.000Z" }) },
  "parcels.endVacation": { all: ["customer"] },
  "parcels.diversion": { all: ["customer"] },
  "parcels.setDiversion": { all: ["customer"], body: () => ({ diversion: "never" }) },
  "parcels.person": { modules: ["privacy"] },
};
