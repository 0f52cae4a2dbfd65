import { z } from "zod";

/** SHA-256 in hexadecimal. */
const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Who has a parcel. `shop`: whoever sends it, also before a carrier is known; its `id` where there is an account. `customer`: whoever held the right to collect; nobody's name. */
export const Custodian = z.strictObject({ kind: z.enum(["shop", "carrier", "station", "customer"]), id: z.string().max(80).nullable() });
export type Custodian = z.output<typeof Custodian>;

/** One hand-over, as the network states and signs it. */
export const Receipt = z.strictObject({
  v: z.literal(1),
  parcel: z.uuid(),
  /** The number that people compare by eye. */
  parcelNumber: z.string().regex(/^\d{12}$/),
  /** 1, 2, 3 … without gaps. */
  number: z.int().min(1),
  /** SHA-256 of the body before it; 64 zeros before the first. */
  previous: Digest,
  /** Null in the first one: so far back the network knows. */
  from: Custodian.nullable(),
  to: Custodian,
  at: z.iso.datetime(),
  compartment: z.int().nullable(),
  evidence: z.discriminatedUnion("kind", [
    /** The entry of a station's log that says so, by the digest of its body. */
    z.strictObject({ kind: z.literal("station_event"), station: z.uuid(), epoch: z.int(), seq: z.int(), digest: Digest }),
    /** The network's own record: an order, a route that was begun, a return that has arrived. */
    z.strictObject({ kind: z.literal("network"), record: z.enum(["ordered", "route_started", "deposited_by_carrier", "handed_over"]) }),
  ]),
});
export type Receipt = z.output<typeof Receipt>;

/** A body with its Ed25519 signature, base64url. Signed is `pigeonhole/1/<kind>\n<body>`, kind `receipt` or `event`. */
const Signed = z.strictObject({ sig: z.string().length(86), body: z.string().max(20_000) });
export type Signed = z.output<typeof Signed>;

export const format = "pigeonhole/receipts/1";
/** No file is larger. Bytes. */
export const maxFileBytes = 1_000_000;

/** All that is needed to verify the way of one parcel, without asking anybody: receipts, the entries of stations that they name, certificates. */
export const ReceiptFile = z.strictObject({
  format: z.literal(format),
  parcel: z.uuid(),
  receipts: z.array(Signed).min(1).max(200),
  events: z.array(Signed).max(200),
  /** Of the key of the receipts and of the stations, PEM. */
  certificates: z.array(z.string().max(4_000)).min(1).max(100),
  /** The authority that issued them, PEM: believed only when it is the one that the reader knows. */
  authority: z.string().max(4_000),
});
export type ReceiptFile = z.output<typeof ReceiptFile>;

/** The file's one and only text: whoever changes a space in it makes another file. */
export const fileText = (file: ReceiptFile): string =>
  `${JSON.stringify(
    {
      format: file.format,
      parcel: file.parcel,
      receipts: file.receipts.map(({ sig, body }) => ({ sig, body })),
      events: file.events.map(({ sig, body }) => ({ sig, body })),
      certificates: file.certificates,
      authority: file.authority,
    },
    null,
    2,
  )}\n`;

/** Undefined when the text is not such a file, to the last character. */
export function readFile(text: string): ReceiptFile | undefined {
  if (text.length > maxFileBytes) return undefined;
  try {
    const file = ReceiptFile.safeParse(JSON.parse(text)).data;
    return file && fileText(file) === text ? file : undefined;
  } catch {
    return undefined;
  }
}
