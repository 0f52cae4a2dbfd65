import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: { one: "{count} thing that always holds does not", other: "{count} things that always hold do not" },
  about:
    "The system has looked at its own records and found a contradiction. Look into it first: codes, doors or parcels may be concerned. What mends by itself leaves this list.",
  none: "All {count} things that always have to hold do, looked at {when}",
  not_yet: "Whether everything holds that always has to is looked at in a moment",
  holds: "Does not hold: {says}",
  since: "since {when}",
  settle: "I have looked into it",
  "settle.title": "What have you found?",
  "settle.body":
    "It leaves the list, and what you write stays in the audit trail. What is still so is found again in a moment, except what has happened once.",
  admin_only: "Administrators say what was found.",
} as const;

/** What always has to hold. */
export const words = {
  en,
  de: {
    title: { one: "{count} Zusage, die immer gilt, gilt nicht", other: "{count} Zusagen, die immer gelten, gelten nicht" },
    about:
      "Das System hat seine eigenen Aufzeichnungen geprüft und einen Widerspruch gefunden. Gehen Sie ihm zuerst nach: Es kann um Codes, Fächer oder Pakete gehen. Was sich von selbst behebt, verschwindet hier.",
    none: "Alle {count} Zusagen, die immer gelten müssen, gelten, geprüft {when}",
    not_yet: "Ob alles gilt, was immer gelten muss, wird gleich geprüft",
    holds: "Gilt nicht: {says}",
    since: "seit {when}",
    settle: "Ich bin dem nachgegangen",
    "settle.title": "Was haben Sie gefunden?",
    "settle.body":
      "Der Eintrag verschwindet hier, und was Sie schreiben, bleibt im Prüfprotokoll. Was noch so ist, wird gleich wieder gefunden, außer was einmal geschehen ist.",
    admin_only: "Den Befund hält die Administration fest.",
  },
} satisfies Words<typeof en>;
