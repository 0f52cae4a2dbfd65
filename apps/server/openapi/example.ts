// Examples made from the schemas themselves, with the values of one little story: they stay true when a schema changes.

/** JSON Schema as far as it occurs in our documents. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}
type Schemas = Readonly<Record<string, Schema>>;

const id = (end: string): string => `01990000-0000-7000-8000-${end.padStart(12, "0")}`;
const day = (date: number, time = "10:00"): string => `2026-03-${String(date).padStart(2, "0")}T${time}:00.000Z`;

/** What a field of this name holds in the story: Ann's book goes to the locker at Balti jaam. */
const story: Readonly<Record<string, unknown>> = {
  station: id("57"),
  from: day(2),
  to: day(9),
  parcel: id("1001"),
  reservation: id("2001"),
  tenant: id("51"),
  courier: id("c1"),
  route: id("4001"),
  scan: id("5001"),
  id: id("1"),
  endpoint: id("6001"),
  number: "482915073364",
  orderId: "1001",
  barcode: "JD014600003RU",
  code: "48291507",
  name: "Ann Kask",
  address: "Toompuiestee 37, 10133 Tallinn",
  email: "ann@example.org",
  phone: "+37255512340",
  username: "mari",
  slug: "corner-books",
  carrier: "swift",
  owner: `shop:${id("51")}`,
  actor: `courier:${id("c1")}`,
  password: "a long password",
  secret: "shown once",
  language: "en",
  timeZone: "Europe/Tallinn",
  country: "EE",
  size: "small",
  compartment: 14,
  holdMinutes: 15,
  lat: 59.4401,
  lon: 24.7372,
  accuracyMetres: 12,
  distanceMetres: 420,
  radiusMetres: 5_000,
  lengthMm: 300,
  widthMm: 200,
  heightMm: 150,
  weightGrams: 1_200,
  maxWeightGrams: 10_000,
  createdAt: day(2),
  at: day(3, "09:30"),
  timestamp: day(3, "09:30"),
  occurredAt: day(3, "09:30"),
  depositedAt: day(3, "09:30"),
  collectedAt: null,
  endedAt: null,
  expiresAt: day(6, "09:30"),
  deliverBy: day(5),
  url: "https://shop.example/pigeonhole",
  publicKey: "whpk_MCowBQYDK2VwAyEA",
  openingHours: "Mo-Sa 06:00-24:00",
  supportPhone: "+372 600 0000",
  reason: "recalled",
  next: null,
  position: { lat: 59.4401, lon: 24.7372, accuracyMetres: 12 },
};
/** Lists of the same thing have as many as this at most. */
const shownItems = 1;

const kindOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : Number.isInteger(value) ? "integer" : typeof value;
const typesOf = ({ type }: Schema): readonly string[] | undefined => (typeof type === "string" ? [type] : type);

/** Whether the story's value for a name may stand where this schema is. */
function suits(value: unknown, schema: Schema): boolean {
  const kind = kindOf(value);
  const types = typesOf(schema);
  if (types && !types.includes(kind) && !(kind === "integer" && types.includes("number"))) return false;
  if (!types && schema.enum === undefined) return false;
  if (schema.enum && !schema.enum.includes(value)) return false;
  if (typeof value === "string") return suitsText(value, schema);
  if (typeof value === "number") return value >= Number(schema["minimum"] ?? -Infinity) && value <= Number(schema["maximum"] ?? Infinity);
  return true;
}

function suitsText(value: string, schema: Schema): boolean {
  const isUuid = value.startsWith("01990000-");
  const isInstant = /^\d{4}-\d\d-\d\dT/.test(value);
  if (schema["format"] === "uuid" ? !isUuid : isUuid && schema["format"] !== undefined) return false;
  if (schema["format"] === "date-time" ? !isInstant : isInstant && schema["format"] !== undefined) return false;
  if (typeof schema["pattern"] === "string" && !new RegExp(schema["pattern"], "u").test(value)) return false;
  return value.length >= Number(schema["minLength"] ?? 0) && value.length <= Number(schema["maxLength"] ?? Infinity);
}

/** An example of this schema. Of a request only what is required is shown (`isSparse`): the rest is in the schema. */
export function exampleOf(schema: Schema, schemas: Schemas, { name = "", isSparse = false } = {}): unknown {
  if (schema.$ref) return exampleOf(schemas[schema.$ref.split("/").at(-1)!]!, schemas, { name, isSparse });
  const given = (schema["examples"] as readonly unknown[] | undefined)?.[0] ?? schema["example"];
  if (given !== undefined) return given;
  if ("const" in schema) return schema["const"];
  if (name in story && suits(story[name], schema)) return story[name];
  const choice = (schema.anyOf ?? schema.oneOf)?.find(({ type }) => type !== "null");
  if (choice) return exampleOf(choice, schemas, { name, isSparse });
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => exampleOf(part, schemas, { name, isSparse })));
  if (schema.enum) return schema.enum[0];
  const [type] = (typesOf(schema) ?? []).filter((each) => each !== "null");
  switch (type) {
    case "object":
      return objectOf(schema, schemas, isSparse);
    case "array": {
      const items = Array.from({ length: Math.max(shownItems, Number(schema["minItems"] ?? 0)) }, () =>
        exampleOf(schema.items ?? {}, schemas, { name: name.replace(/s$/, ""), isSparse }),
      );
      return items;
    }
    case "integer":
    case "number":
      return Number(schema["minimum"] ?? schema["exclusiveMinimum"] ?? 1);
    case "boolean":
      return false;
    case "string":
      return textOf(schema, name);
    default:
      return (typesOf(schema) ?? []).includes("null") ? null : {};
  }
}

function objectOf(schema: Schema, schemas: Schemas, isSparse: boolean): Readonly<Record<string, unknown>> {
  const shown = Object.entries(schema.properties ?? {}).filter(([key]) => !isSparse || schema.required?.includes(key));
  return Object.fromEntries(shown.map(([key, value]) => [key, exampleOf(value, schemas, { name: key, isSparse })]));
}

/** Of patterns the product knows a few; a new one needs a word of its own here, or an example in its schema. */
const patterned = [
  "12345678",
  "123456",
  "482915073364",
  "2026-03-02",
  "0".repeat(64),
  "a".repeat(40),
  "A".repeat(43),
  "A".repeat(86),
  `php_${"A".repeat(43)}`,
  "AAAA",
  "0000",
  "1.4.0",
  "+37255512340",
  "abc",
  "08:00",
  "a:b",
  `shop:${id("51")}`,
];
function textOf(schema: Schema, name: string): string {
  if (schema["format"] === "uuid") return id(String(7_000 + (name.length % 1_000)));
  if (schema["format"] === "date-time") return day(3, "09:30");
  if (schema["format"] === "date") return "2026-03-02";
  if (schema["format"] === "email") return "ann@example.org";
  if (schema["format"] === "uri") return "https://shop.example/";
  const [, letter, count] = /^\^\[(\w)[^\]]*\]\{(\d+)(?:,\d*)?\}\$$/.exec(String(schema["pattern"])) ?? [];
  if (letter !== undefined) return letter.repeat(Number(count));
  const words = [name.replaceAll(/([A-Z])/g, " $1").toLowerCase() || "text", "a few words", ...patterned];
  return words.find((word) => suitsText(word, schema)) ?? "x".repeat(Number(schema["minLength"] ?? 1));
}
