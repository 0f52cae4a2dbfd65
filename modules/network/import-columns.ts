/**
 * The columns (CSV), keys (JSON) and properties (GeoJSON) that an import reads, each with the other names it goes by. Names are compared
 * without regard to case, spaces, `_`, `-` and `:`.
 *
 * - `id`: a UUID is the station's own id; any other text is the carrier's number for it. Without one a station is known again by
 *   carrier + kind + name + coordinates.
 * - `name`, `lat`, `lon`: needed (GeoJSON: `lat` and `lon` come from the point). Degrees WGS 84 with a decimal point.
 * - `kind`: see import-kinds.ts; without one it is a locker.
 * - `carrier`, `address`, `country` (ISO 3166-1 alpha-2), `supportPhone`, `openingHours` (OpenStreetMap syntax).
 * - `stepFree`: true/false, yes/no or 1/0. `status`: see the contract.
 * - `layout`: as in the contract, in CSV as JSON text. `walkUp`: door numbers, in CSV separated by spaces.
 * - `boxes`: part of lists that carriers publish; not used.
 */
export const columns = {
  id: ["ref"],
  carrier: ["operator"],
  kind: ["type", "amenity"],
  name: [],
  lat: ["latitude"],
  lon: ["lng", "longitude"],
  address: [],
  country: ["countrycode", "addrcountry"],
  openingHours: [],
  stepFree: ["wheelchair"],
  supportPhone: ["phone"],
  status: [],
  layout: [],
  walkUp: [],
  boxes: [],
} as const satisfies Record<string, readonly string[]>;
export type Column = keyof typeof columns;

const plain = (name: string): string => name.toLowerCase().replace(/[\s_:-]/g, "");
const byName = new Map(
  Object.entries(columns).flatMap(([column, others]) => [column, ...others].map((name) => [plain(name), column as Column])),
);

/** The column that goes by `name`. */
export const columnNamed = (name: string): Column | undefined => byName.get(plain(name));
