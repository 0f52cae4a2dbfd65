import { operators, type Rows } from "./row.ts";

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
  "parcels.list": { all: ["customer", "shop", "carrier", ...operators] },
  "parcels.label": { own: ["shop", "carrier"], id: (of) => of.parcel, body: () => ({ barcode: "STOLEN-1" }) },
  "parcels.find": { modules: "any", query: "barcode=nothing" },
  "parcels.recipient": { modules: "any", id: (of) => of.parcel },
  "parcels.person": { modules: ["privacy"] },
};
