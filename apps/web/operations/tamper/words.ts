import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "Somebody has tampered with this station",
  body: "It opens no door, is offered to nobody, and the time to collect what lies in it stands still, until a technician has looked at it.",
  finding: "What the technician found",
  finding_hint: "Who looked, when, what was found and done. If somebody may have read the computer's disk, enrol the cabinet anew first.",
  clear: "Record the inspection and put it back into service",
  reason: "Inspected after tampering",
  admin_only: "Only an administrator records the inspection.",
} as const;

/** What the screen says of a station that was tampered with. */
export const words = {
  en,
  de: {
    title: "An dieser Station hat sich jemand zu schaffen gemacht",
    body: "Sie öffnet keine Tür, wird niemandem angeboten, und die Abholfristen stehen still, bis eine Technikerin sie geprüft hat.",
    finding: "Befund der Technik",
    finding_hint:
      "Wer wann nachgesehen hat, was gefunden und getan wurde. Könnte jemand die Festplatte gelesen haben, melden Sie den Schrank vorher neu an.",
    clear: "Prüfung festhalten und wieder in Betrieb nehmen",
    reason: "Nach Manipulation geprüft",
    admin_only: "Nur Administratoren halten die Prüfung fest.",
  },
} satisfies Words<typeof en>;
