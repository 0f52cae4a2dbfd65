// The demo town: who and what there is before anybody does anything.
import type { Layout } from "@pigeonhole/network/layout";
import { standardInnerMm, type Size } from "@pigeonhole/network/layout";
import { standardLayout } from "@pigeonhole/network/standard-layout";

/** A station as it is planned; `key` names it in the town, e.g. in its data folder. */
export interface StationPlan {
  readonly key: string;
  readonly name: string;
  readonly address: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
  readonly openingHours: string | null;
  readonly stepFree: boolean;
  readonly supportPhone: string;
  readonly layout: Layout;
  /** Doors that the station gives away by itself. */
  readonly walkUp: readonly number[];
  readonly languages: string;
}

/** A cabinet from its columns, each a list of sizes from top to bottom; doors are numbered column by column from the left. */
function cabinet(floorMm: number, ...columns: readonly (readonly Size[])[]): Layout {
  let number = 0;
  return {
    floorMm,
    columns: columns.map((column) => ({ doors: column.map((size) => ({ number: ++number, size, ...standardInnerMm[size] })) })),
  };
}

const repeat = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

export const stationPlans: readonly StationPlan[] = [
  {
    key: "tallinn",
    name: "Balti jaam",
    address: "Toompuiestee 37, Tallinn",
    country: "EE",
    lat: 59.4399,
    lon: 24.7373,
    openingHours: null,
    stepFree: true,
    supportPhone: "+372 600 0000",
    layout: standardLayout(30),
    walkUp: [11, 12, 22],
    languages: "en,et",
  },
  {
    key: "riga",
    name: "Rīgas Centrāltirgus",
    address: "Nēģu iela 7, Rīga",
    country: "LV",
    lat: 56.944,
    lon: 24.1156,
    openingHours: "Mo-Su 07:00-22:00",
    stepFree: true,
    supportPhone: "+371 600 00000",
    layout: standardLayout(42),
    walkUp: [15, 16, 30],
    languages: "en,lv",
  },
  {
    key: "vilnius",
    name: "Vilniaus stotis",
    address: "Geležinkelio g. 16, Vilnius",
    country: "LT",
    lat: 54.6703,
    lon: 25.2847,
    openingHours: null,
    stepFree: false,
    supportPhone: "+370 600 00000",
    layout: cabinet(
      200,
      repeat(8, "small"),
      ["medium", "medium", "medium", "medium", "medium"],
      ["medium", "medium", "large", "medium"],
      ["large", "large", "oversized"],
      repeat(8, "small"),
    ),
    walkUp: [27, 28],
    languages: "en,lt",
  },
  {
    key: "berlin",
    name: "Alexanderplatz",
    address: "Dircksenstraße 2, 10179 Berlin",
    country: "DE",
    lat: 52.5219,
    lon: 13.4132,
    openingHours: null,
    stepFree: true,
    supportPhone: "+49 30 0000000",
    layout: standardLayout(60),
    walkUp: [21, 22, 40, 41],
    languages: "de,en",
  },
  {
    key: "london",
    name: "King's Cross",
    address: "Euston Road, London N1 9AL",
    country: "GB",
    lat: 51.5309,
    lon: -0.1233,
    openingHours: "Mo-Sa 06:00-24:00; Su 08:00-22:00",
    stepFree: true,
    supportPhone: "+44 20 0000 0000",
    layout: standardLayout(48),
    walkUp: [17, 18, 34],
    languages: "en",
  },
  {
    key: "chicago",
    name: "Union Station",
    address: "225 S Canal St, Chicago, IL 60606",
    country: "US",
    lat: 41.8788,
    lon: -87.6398,
    openingHours: "Mo-Su 05:00-24:00",
    stepFree: true,
    supportPhone: "+1 312 555 0100",
    layout: cabinet(
      150,
      repeat(9, "small"),
      repeat(9, "small"),
      repeat(5, "medium"),
      repeat(5, "medium"),
      ["large", "large", "large", "large"],
      ["oversized", "large", "oversized"],
    ),
    walkUp: [1, 2, 19, 29],
    languages: "en",
  },
];

/** Logins of the demo. They exist only there: a real installation creates its first operator on the command line. */
export const people = {
  operator: { email: "operator@example.org", password: "pigeonhole-demo" },
  shop: { slug: "corner-books", name: "Corner Books" },
  carrier: { slug: "swift", name: "Swift Parcels" },
  courier: { username: "mari", name: "Mari Tamm", password: "pigeonhole-demo" },
  customers: [
    { name: "Anna Kask", email: "anna@example.org", phone: "+37255512340" },
    { name: "Jānis Ozols", email: "janis@example.org", phone: "+37125551234" },
    { name: "Rūta Kazlauskė", email: "ruta@example.org", phone: "+37065551234" },
  ],
} as const;
