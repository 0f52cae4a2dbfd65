import { nobodys, supporters, type Rows } from "./row.ts";

export const accessRows: Rows = {
  "access.pickup": { own: ["customer"], modules: ["notifications"], id: (of) => of.parcel },
  "access.reissue": { all: supporters, own: ["customer", "shop", "carrier"], id: (of) => of.parcel },
  "access.open": {
    own: ["customer"],
    id: (of) => of.parcel,
    body: () => ({ position: { lat: 59.4, lon: 24.7, accuracyMetres: 10 } }),
  },
  "access.command": {
    modules: ["couriers"],
    body: (of) => ({ action: "open", purpose: "dropoff", parcel: of.parcel, actor: "shop:nobody" }),
  },
  "access.follow": {
    modules: ["couriers"],
    id: (of) => of.parcel,
    body: (_of, { station }) => ({ reservation: null, from: { station, compartment: 1 }, to: null }),
  },
  "access.courierRights": { modules: ["couriers"], body: () => ({ wanted: [] }) },
  "access.grantsOf": { modules: ["devices"] },
  "access.decide": {
    modules: ["devices"],
    body: () => ({ id: nobodys, codeHash: "0".repeat(64), grant: null, generation: null, at: "2026-01-01T00:00:00.000Z" }),
  },
  "access.sign": { modules: ["devices"], body: (_of, { station }) => ({ command: nobodys, station, epoch: 1, seq: 1 }) },
  "access.signDesired": {
    modules: ["devices"],
    body: (_of, { station }) => ({
      v: 1,
      station,
      epoch: 1,
      version: 1,
      issuedAt: "2026-01-01T00:00:00.000Z",
      name: "Central",
      timeZone: "Europe/Tallinn",
      supportPhone: null,
      service: { state: "active", reason: null },
      inspectedUpTo: 0,
      diagnosis: null,
      signingKeys: { generation: 1, keys: { kid: "A".repeat(43) } },
      layout: null,
      compartments: [],
      walkUp: [],
      grants: [],
      deadCodes: [],
      firmware: null,
      inspected: [],
    }),
  },
  "access.keys": { modules: ["devices"] },
};
