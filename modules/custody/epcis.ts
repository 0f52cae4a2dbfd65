import type { Custodian, Receipt } from "@pigeonhole/receipts/file";

/** What of a hand-over becomes an event: what was signed, and the digest of it. */
export interface Handed {
  readonly receipt: Receipt;
  /** SHA-256 of the signed statement, in hexadecimal. */
  readonly digest: string;
}

/** Business steps and dispositions of the Core Business Vocabulary (CBV 2.0) by giver and taker. A parcel that goes back is `returned`. */
const steps: Readonly<Record<string, { readonly bizStep: string; readonly disposition: string }>> = {
  "→shop": { bizStep: "commissioning", disposition: "active" },
  "→carrier": { bizStep: "commissioning", disposition: "active" },
  "shop→carrier": { bizStep: "shipping", disposition: "in_transit" },
  "carrier→station": { bizStep: "storing", disposition: "available" },
  "shop→station": { bizStep: "storing", disposition: "available" },
  "station→customer": { bizStep: "receiving", disposition: "retail_sold" },
  "customer→station": { bizStep: "storing", disposition: "returned" },
  "station→carrier": { bizStep: "shipping", disposition: "returned" },
  "carrier→shop": { bizStep: "receiving", disposition: "returned" },
};

/** How the things of this installation are named in events: web addresses below its own, which need not answer. */
const namesAt = (publicUrl: string) => {
  const base = publicUrl.replace(/\/$/, "");
  return {
    vocabulary: `${base}/vocabulary#`,
    parcel: (number: string) => `${base}/id/parcel/${number}`,
    station: (id: string) => `${base}/id/station/${id}`,
    party: ({ kind, id }: Custodian) => (id === null ? `${base}/id/${kind}` : `${base}/id/${kind}/${encodeURIComponent(id)}`),
  };
};

/** One hand-over as an EPCIS 2.0 ObjectEvent. Its id is the digest of the signed receipt (RFC 6920), so that event and receipt name each other. */
export function epcisEvent({ receipt, digest }: Handed, publicUrl: string) {
  const names = namesAt(publicUrl);
  const { from, to, at, compartment, evidence, parcelNumber, number } = receipt;
  const station = [from, to].find((each) => each?.kind === "station")?.id;
  const step = steps[`${from?.kind ?? ""}→${to.kind}`] ?? { bizStep: "other", disposition: "in_progress" };
  return {
    type: "ObjectEvent",
    eventID: `ni:///sha-256;${Buffer.from(digest, "hex").toString("base64url")}`,
    eventTime: at,
    eventTimeZoneOffset: "+00:00",
    epcList: [names.parcel(parcelNumber)],
    action: from === null ? "ADD" : "OBSERVE",
    ...step,
    ...(station && { readPoint: { id: names.station(station) } }),
    ...(to.kind === "station" && station && { bizLocation: { id: names.station(station) } }),
    ...(from !== null && { sourceList: [{ type: "possessing_party", source: names.party(from) }] }),
    destinationList: [{ type: "possessing_party", destination: names.party(to) }],
    "pigeonhole:receipt": number,
    ...(compartment !== null && { "pigeonhole:compartment": compartment }),
    ...(evidence.kind === "station_event" && { "pigeonhole:stationEntry": `${evidence.epoch}/${evidence.seq}` }),
  };
}

/** An EPCIS 2.0 document (JSON-LD) of these events, in their order. */
export const epcisDocument = (handed: readonly Handed[], publicUrl: string, createdAt: Date) => ({
  "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", { pigeonhole: namesAt(publicUrl).vocabulary }],
  type: "EPCISDocument",
  schemaVersion: "2.0",
  creationDate: createdAt.toISOString(),
  epcisBody: { eventList: handed.map((each) => epcisEvent(each, publicUrl)) },
});
