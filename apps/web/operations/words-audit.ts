import type { Words } from "@pigeonhole/ui/say";

const en = {
  "audit.title": "Audit trail",
  "audit.actor": "Who",
  "audit.actor_hint": "kind:id, e.g. courier:…",
  "audit.action": "What",
  "audit.station": "Station (id)",
  "audit.compartment": "Door",
  "audit.result": "Result",
  "audit.when": "When",
  "audit.none": "No entries",
  "audit.none_body": "Nothing was recorded with these filters.",
  "audit.older": "Older",
  "audit.verify": "Check the whole chain",
  "audit.whole": { one: "{count} entry, the chain is whole", other: "{count} entries, the chain is whole" },
  "audit.broken": "The chain is broken at entry {seq}",
  "audit.broken_body": "Entries from here on cannot be trusted. Keep a copy of the database and call whoever is responsible for security.",
  "audit.detail": "Details",
  "audit.seq": "No.",
} as const;

/** What the audit trail says. */
export const words = {
  en,
  de: {
    "audit.title": "Prüfpfad",
    "audit.actor": "Wer",
    "audit.actor_hint": "Art:Kennung, z. B. courier:…",
    "audit.action": "Was",
    "audit.station": "Station (Kennung)",
    "audit.compartment": "Fach",
    "audit.result": "Ergebnis",
    "audit.when": "Wann",
    "audit.none": "Keine Einträge",
    "audit.none_body": "Mit diesen Filtern wurde nichts aufgezeichnet.",
    "audit.older": "Ältere",
    "audit.verify": "Ganze Kette prüfen",
    "audit.whole": { one: "{count} Eintrag, die Kette ist heil", other: "{count} Einträge, die Kette ist heil" },
    "audit.broken": "Die Kette ist bei Eintrag {seq} gebrochen",
    "audit.broken_body":
      "Ab hier ist den Einträgen nicht zu trauen. Sichern Sie eine Kopie der Datenbank und rufen Sie, wer für Sicherheit zuständig ist.",
    "audit.detail": "Einzelheiten",
    "audit.seq": "Nr.",
  },
} satisfies Words<typeof en>;
