import { operators, type Rows } from "./row.ts";

export const courierRows: Rows = {
  "couriers.createRoute": {
    all: ["carrier"],
    body: (of, { station }) => ({
      name: "Round",
      day: "2026-01-01",
      courier: of.courier.id,
      stops: [{ station, parcels: [of.barcode] }],
    }),
  },
  "couriers.addParcels": {
    own: ["carrier"],
    id: (of) => of.route,
    body: (of, { station }) => ({ station, parcels: [of.barcode] }),
  },
  "couriers.getRoute": { all: operators, own: ["carrier", "courier"], id: (of) => of.route },
  "couriers.listRoutes": { all: ["carrier"] },
  "couriers.myRoute": { all: ["courier"] },
  "couriers.myRights": { all: ["courier"] },
  "couriers.start": { own: ["courier"], id: (of) => of.route },
  "couriers.scan": { own: ["courier"], id: (of) => of.route, body: (of, { station }) => ({ station, barcode: of.barcode }) },
  "couriers.getScan": { own: ["courier"], id: (of) => of.scan },
  "couriers.deposited": { own: ["courier"], id: (of) => of.scan },
  "couriers.abandon": { own: ["courier"], id: (of) => of.scan, body: () => ({ reason: "other" }) },
};
