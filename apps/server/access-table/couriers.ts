import { operators, supporters, type Row, type Rows } from "./row.ts";

/** A retrieval is made by what befalls a parcel; here is none. */
const atTheDoor: Row = {
  own: ["courier"],
  ownShownBy: { courier: "modules/couriers/retrievals/retrievals.test.ts" },
  id: (of) => of.route,
};

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
  "couriers.listRoutes": { all: ["carrier", ...operators] },
  "couriers.myRoute": { all: ["courier"] },
  "couriers.myRights": { all: ["courier"] },
  "couriers.start": { own: ["courier"], id: (of) => of.route },
  "couriers.scan": { own: ["courier"], id: (of) => of.route, body: (of, { station }) => ({ station, barcode: of.barcode }) },
  "couriers.listRetrievals": { all: ["carrier", ...operators] },
  "couriers.assignRetrievals": { own: ["carrier"], id: (of) => of.route, body: (_of, { station }) => ({ station }) },
  "couriers.handRetrieval": { all: supporters, body: () => ({ carrier: "nobody" }) },
  "couriers.openRetrieval": atTheDoor,
  "couriers.takenOut": atTheDoor,
  "couriers.notThere": atTheDoor,
  "couriers.leaveRetrieval": { ...atTheDoor, body: () => ({ reason: "other" }) },
  "couriers.needRetrieval": {
    modules: "any",
    body: (of, { station }) => ({
      parcel: of.parcel,
      number: "123456789012",
      reservation: null,
      owner: "shop:nobody",
      carrier: null,
      station,
      compartment: 1,
      reason: "recalled",
    }),
  },
  "couriers.getScan": { own: ["courier"], id: (of) => of.scan },
  "couriers.deposited": { own: ["courier"], id: (of) => of.scan },
  "couriers.abandon": { own: ["courier"], id: (of) => of.scan, body: () => ({ reason: "other" }) },
  "couriers.divert": {
    own: ["courier"],
    ownShownBy: { courier: "modules/couriers/mistakes/mistakes.test.ts" },
    id: (of) => of.scan,
    body: () => ({ station: null }),
  },
  "couriers.giveUpStop": { own: ["courier"], id: (of) => of.route, body: () => ({ reason: "station_closed" }) },
  "couriers.listProblems": { all: ["carrier", ...operators] },
};
