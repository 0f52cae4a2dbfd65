import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "Tasks",
  inspections: { one: "{count} door to be looked into", other: "{count} doors to be looked into" },
  "inspections.none": "No door has to be looked into",
  "inspections.none_body": "When a station's word is against what is known here, or somebody reports a door, it appears here.",
  letters: { one: "{count} dead letter", other: "{count} dead letters" },
  "letters.about":
    "Each of these could not be applied by one part of the system. Others go on; what is about the same thing waits, so that it happens in order. Mend the cause, then try again.",
  "letters.waiting": { one: "{count} fact waits behind them.", other: "{count} facts wait behind them." },
  "letters.none": "Nothing is stuck",
  "letters.none_body": "Every fact has been applied by every part of the system.",
  "letters.support_only": "Support and administrators see what is stuck.",
  "letters.admin_only": "Administrators try again.",
  "letters.fact": "{type}, number {seq}",
  "letters.dead": { one: "given up after {count} attempt", other: "given up after {count} attempts" },
  "letters.retrying": { one: "{count} attempt, the next one {when}", other: "{count} attempts, the next one {when}" },
  "letters.behind": { one: "{count} waits behind it", other: "{count} wait behind it" },
  "letters.payload": "What it says",
  "letters.replay": "Try again",
  "letters.replay_all": "Try again all that {consumer} has given up",
  "replay.title": "Try fact {seq} again",
  "replay.body":
    "It is applied once, and what waits behind it after it. If the cause is still there, it comes back here after some attempts. Nothing is lost either way.",
  "stuck.reservations": "A compartment is not taken or freed",
  "stuck.parcels": "A parcel's time line does not go on",
  "stuck.access": "Rights and codes of a parcel or station do not change",
  "stuck.devices": "A station is not told something",
  "stuck.couriers": "A courier's route does not show something",
  "stuck.notifications": "Somebody is not told something",
  "stuck.custody": "A receipt is not written",
  "stuck.audit": "An entry of the audit trail is not written",
  "stuck.other": "{consumer} does not go on",
} as const;

/** What waits for a person. */
export const words = {
  en,
  de: {
    title: "Aufgaben",
    inspections: { one: "In {count} Fach nachsehen", other: "In {count} Fächern nachsehen" },
    "inspections.none": "In keinem Fach ist nachzusehen",
    "inspections.none_body":
      "Wenn das Wort einer Station dem widerspricht, was hier bekannt ist, oder jemand ein Fach meldet, steht es hier.",
    letters: { one: "{count} unzustellbare Meldung", other: "{count} unzustellbare Meldungen" },
    "letters.about":
      "Jede davon konnte ein Teil des Systems nicht anwenden. Anderes geht weiter; was dieselbe Sache betrifft, wartet, damit es in der Reihenfolge geschieht. Beheben Sie die Ursache und versuchen Sie es dann noch einmal.",
    "letters.waiting": { one: "{count} Meldung wartet dahinter.", other: "{count} Meldungen warten dahinter." },
    "letters.none": "Nichts steckt fest",
    "letters.none_body": "Jede Meldung ist von jedem Teil des Systems angewandt.",
    "letters.support_only": "Support und Administration sehen, was feststeckt.",
    "letters.admin_only": "Die Administration versucht es noch einmal.",
    "letters.fact": "{type}, Nummer {seq}",
    "letters.dead": { one: "nach {count} Versuch aufgegeben", other: "nach {count} Versuchen aufgegeben" },
    "letters.retrying": { one: "{count} Versuch, der nächste {when}", other: "{count} Versuche, der nächste {when}" },
    "letters.behind": { one: "{count} wartet dahinter", other: "{count} warten dahinter" },
    "letters.payload": "Was sie sagt",
    "letters.replay": "Noch einmal versuchen",
    "letters.replay_all": "Alles noch einmal versuchen, was {consumer} aufgegeben hat",
    "replay.title": "Meldung {seq} noch einmal versuchen",
    "replay.body":
      "Sie wird einmal angewandt und danach, was hinter ihr wartet. Besteht die Ursache noch, kommt sie nach einigen Versuchen hierher zurück. Verloren geht so oder so nichts.",
    "stuck.reservations": "Ein Fach wird nicht belegt oder frei",
    "stuck.parcels": "Der Weg eines Pakets geht nicht weiter",
    "stuck.access": "Rechte und Codes eines Pakets oder einer Station ändern sich nicht",
    "stuck.devices": "Eine Station erfährt etwas nicht",
    "stuck.couriers": "Die Tour eines Kuriers zeigt etwas nicht",
    "stuck.notifications": "Jemand erfährt etwas nicht",
    "stuck.custody": "Eine Quittung wird nicht geschrieben",
    "stuck.audit": "Ein Eintrag im Prüfpfad wird nicht geschrieben",
    "stuck.other": "{consumer} geht nicht weiter",
  },
} satisfies Words<typeof en>;
