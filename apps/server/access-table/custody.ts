import { operators, type Row, type Rows } from "./row.ts";

const seen: Row = {
  all: operators,
  own: ["customer", "courier", "shop", "carrier"],
  // A courier sees what they handed over, by the word of a station.
  ownShownBy: { courier: "modules/custody/module.test.ts" },
  id: (of) => of.parcel,
};

export const custodyRows: Rows = {
  "custody.get": seen,
  "custody.file": seen,
  "custody.parcelEvents": seen,
  "custody.events": { all: ["shop", "carrier"], query: "from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z" },
};
