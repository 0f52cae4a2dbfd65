import type { Words } from "@pigeonhole/ui/say";

const en = {
  "search.label": "Parcel, label, order, station, courier or e-mail",
  "search.short": "Search",
  "search.title": "Results for “{text}”",
  "search.parcels": "Parcels",
  "search.stations": "Stations",
  "search.couriers": "Couriers",
  "search.person": "Show their parcels",
  "search.person_body":
    "What is addressed to this person is shown to whoever has a reason to look. Who looked, and why, is kept in the audit trail.",
  "search.person_none": "Nothing is addressed to this person",
  "search.person_support": "Support and administrators look up whose parcels somebody has",
  "search.none": "Nothing found",
  "search.none_body":
    "A parcel is found by its number, the whole text of its label or its order; a station by any part of its name; a courier by the beginning of their user name; a person by their whole e-mail address.",
} as const;

/** What the search says. */
export const words = {
  en,
  de: {
    "search.label": "Paket, Etikett, Bestellung, Station, Kurier oder E-Mail",
    "search.short": "Suchen",
    "search.title": "Ergebnisse für „{text}“",
    "search.parcels": "Pakete",
    "search.stations": "Stationen",
    "search.couriers": "Kuriere",
    "search.person": "Pakete dieser Person zeigen",
    "search.person_body":
      "Was an diese Person adressiert ist, sieht, wer einen Grund dafür hat. Wer nachgesehen hat und warum, steht im Prüfpfad.",
    "search.person_none": "An diese Person ist nichts adressiert",
    "search.person_support": "Support und Administration sehen nach, wem welche Pakete gehören",
    "search.none": "Nichts gefunden",
    "search.none_body":
      "Ein Paket findet man mit seiner Nummer, dem ganzen Text seines Etiketts oder der Bestellung; eine Station mit einem Teil ihres Namens; einen Kurier mit dem Anfang seines Benutzernamens; eine Person mit ihrer ganzen E-Mail-Adresse.",
  },
} satisfies Words<typeof en>;
