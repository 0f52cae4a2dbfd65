// What a developer wants to know beyond a contract. Rows by operationId; most operations need none.

interface Note {
  /** In place of the contract's comment. */
  readonly description?: string;
  /** What a repetition does, where neither an Idempotency-Key nor the method says it. */
  readonly again?: string;
  /** A request or an answer that says more than the one made from the schema. */
  readonly body?: unknown;
  readonly answer?: unknown;
}

/** By capability, in the order in which somebody who integrates meets them. */
export const tags: Readonly<Record<string, string>> = {
  network: "Stations: where they are, when they are open, what they have.",
  reservations: "Search, hold, confirm, cancel: a compartment for an order.",
  parcels: "Parcels and where they are in their life; other stations, recalls, vacations.",
  access: "The right to open a door: codes, more time, people who collect for others.",
  returns: "What goes back to a shop, and what people send each other.",
  webhooks: "What happens, sent to you.",
  custody: "Who had a parcel when: signed receipts and EPCIS events.",
  couriers: "Routes, scans at the door, what has to be taken out.",
  sandbox: "A network of your own to try things in, with a simulated cabinet and a clock that you move.",
  identity: "Signing in, tenants, API keys.",
  notifications: "What people are told, and how.",
  privacy: "What is kept of persons, and its deletion.",
  devices: "Cabinets: enrolment, link, event log, telemetry.",
  firmware: "Releases of the cabinets' software and their rollouts.",
  audit: "The append-only trail.",
  invariants: "What always has to hold, and where it did not.",
  deadletters: "What a module could not apply.",
};

const ended = "it is refused with a code of its own, because it has been done; nothing is done twice.";
const another = "another one comes of it. When an answer was lost, list what there is before you repeat.";
const harmless = "the same answer; nothing is done twice.";

export const notes: Readonly<Record<string, Note>> = {
  "network.list": { description: "Stations in a rectangle, for maps; at most `limit`." },
  "network.get": { description: "Name, address, opening hours, sizes and state of one station." },
  "network.create": { description: "A station without a cabinet; one enrols later with a token.", again: another },
  "network.change": { description: "What is not named stays as it is.", again: harmless },
  "network.move": { again: ended },
  "reservations.hold": {
    description:
      "Claims one compartment for a while, by size or by the parcel's outer dimensions. A hold that nobody confirms frees its compartment at `expiresAt`. The refusal `station_full` carries `alternatives`: stations near by with room.",
    body: { orderId: "1001", size: "small", holdMinutes: 15 },
  },
  "reservations.confirm": {
    description:
      "The order is placed: the compartment is bound until `expiresAt`, and the answer names the parcel that is expected now. `service` sets the time to collect: `standard` 3 days, `prime` 7, `business` 14, unless you have set your own.",
    body: { recipient: { name: "Ann Kask", email: "ann@example.org", phone: "+37255512340", language: "en" }, service: "standard" },
  },
  "reservations.cancel": {
    description: "Possible until the parcel has been dropped off. The compartment is free again, the codes are dead.",
    again: harmless,
  },
  "reservations.get": { description: "Where it stands; once confirmed, `parcel` names its parcel." },
  "reservations.resolve": { again: ended },
  "parcels.create": {
    body: {
      station: "01990000-0000-7000-8000-000000000057",
      orderId: "1001",
      barcode: "JD014600003RU",
      recipient: { name: "Ann Kask", email: "ann@example.org", phone: "+37255512340", language: "en" },
      size: "small",
    },
  },
  "parcels.get": { description: "State, station, times and the whole time line. Its `station` may change until it is dropped off." },
  "parcels.lookUp": { again: harmless },
  "parcels.recall": { again: harmless },
  "parcels.redirect": { again: ended },
  "parcels.agreeToRedirect": { again: ended },
  "parcels.declineRedirect": { again: ended },
  "parcels.withdrawRedirect": { again: ended },
  "parcels.retryRedirect": { again: ended },
  "access.reissue": {
    description: "Kills the code and sends a fresh one to the recipient. The answer does not say it: nobody but the recipient sees a code.",
    again: "one more code is sent, and the one before is dead.",
  },
  "access.pickup": { description: "The recipient's code and QR code, while the parcel waits in its compartment." },
  "webhooks.create": {
    description:
      "From now on each event of these types is posted there. The answer shows the `secret` with which it is signed, once. At most 20 endpoints.",
    body: { url: "https://shop.example/pigeonhole", types: ["parcel.stored", "parcel.collected"] },
  },
  "access.attest": {
    again: harmless,
    body: { kind: "cash_on_delivery", amountMinor: 1250, currency: "EUR", how: "card" },
  },
  "webhooks.change": { again: harmless },
  "webhooks.rotate": { again: "one more secret comes of it; only the last two sign." },
  "webhooks.tryOut": { again: "one more test event is sent." },
  "webhooks.replay": { again: "it is sent once more, with the same ids." },
  "webhooks.list": { description: "At most 20." },
  "webhooks.get": { description: "Without its secret, which was shown once." },
  "identity.requestCode": { again: "one more code is sent, and the one before is dead." },
  "identity.signIn": {
    body: { kind: "customer", email: "ann@example.org", code: "123456" },
    again: "one more session begins; a customer's code works once.",
  },
  "identity.createTenant": { again: "`already_exists` (409): nothing is made twice." },
  "identity.createCourier": {
    description: "Somebody who drives for the carrier that asks.",
    again: "`already_exists` (409): nothing is made twice.",
  },
  "identity.listCouriers": { description: "Everybody who drives for the carrier that asks." },
  "couriers.assignRetrievals": { again: harmless },
  "devices.receive": { again: harmless },
  "identity.signOut": { description: "Ends the session; its cookie is worth nothing any more." },
  "returns.get": { description: "Where it stands, and what is to be done next." },
  "returns.cancel": { again: ended },
  "returns.receive": { again: ended },
  "returns.withdrawAuthorisation": { again: harmless },
  "sandbox.create": { again: another },
  "sandbox.advance": { body: { days: 3 }, again: "the clock moves on by as much again." },
  "sandbox.deposit": { again: ended },
  "sandbox.collect": { again: "within two minutes the door opens once more, for whoever forgot something; then the code is used up." },
  "sandbox.retrieve": { again: ended },
  "couriers.addParcels": { again: harmless },
  "couriers.getRoute": { description: "Its stops in driving order, and how far each has come." },
  "couriers.start": { description: "From now on its parcels are on their way; their recipients and shops are told.", again: harmless },
  "couriers.getScan": { description: "Whether the door opened, and what came of it." },
};
