import type { Words } from "@pigeonhole/ui/say";

const en = {
  asked: "May your parcel come to {to}?",
  goes: "Your parcel goes to {to}",
  stays: "Your parcel stays as planned",
  planned: "Planned",
  instead: "Instead",
  way: "The way there",
  inside: "It lies at {from} already. If you say yes, your code stops working, and a new one follows as soon as it is in the other locker.",
  until: "Please answer by {until}. Without an answer everything stays as planned.",
  yes: "Yes, send it to {to}",
  no: "No, leave it as planned",
  "is.goes": "Thank you. It goes to {to}.",
  "is.goes_body": "As soon as it is in the locker there, we send you the code.",
  "is.stays": "It stays with {from}.",
  "is.stays_body": "Nothing has changed, and there is nothing more to do.",
  gone: "This link asks nothing",
  gone_body: "It is not whole, or the parcel is no longer under way. Open the message again, or look under My parcels.",
} as const;

/** The question whether a parcel may go elsewhere. */
export const words = {
  en,
  de: {
    asked: "Darf Ihr Paket zu {to}?",
    goes: "Ihr Paket geht zu {to}",
    stays: "Ihr Paket bleibt wie geplant",
    planned: "Geplant",
    instead: "Stattdessen",
    way: "Der Weg dorthin",
    inside:
      "Es liegt schon in {from}. Wenn Sie zustimmen, gilt Ihr Code nicht mehr; ein neuer folgt, sobald es im anderen Schließfach liegt.",
    until: "Bitte antworten Sie bis {until}. Ohne Antwort bleibt alles wie geplant.",
    yes: "Ja, zu {to} schicken",
    no: "Nein, wie geplant lassen",
    "is.goes": "Danke. Es geht zu {to}.",
    "is.goes_body": "Sobald es dort im Fach liegt, senden wir Ihnen den Code.",
    "is.stays": "Es bleibt bei {from}.",
    "is.stays_body": "Nichts hat sich geändert, und es ist nichts weiter zu tun.",
    gone: "Dieser Link fragt nichts",
    gone_body:
      "Er ist nicht vollständig, oder das Paket ist nicht mehr unterwegs. Öffnen Sie die Nachricht noch einmal oder sehen Sie unter Meine Pakete nach.",
  },
} satisfies Words<typeof en>;
