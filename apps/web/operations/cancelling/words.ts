import type { Words } from "@pigeonhole/ui/say";

const en = {
  call_off: "Call it off",
  title: "Call this parcel off?",
  keep: "Leave it as it is",
  "then.reserved": "Its compartment is free at once, its codes are dead, and its recipient is told. This cannot be taken back.",
  "then.shipped":
    "A courier has it: no compartment is kept for it any more, and it goes back with them. Its recipient is told. If it is put in before the station hears of this, a courier takes it out again. This cannot be taken back.",
  "then.delivered":
    "It lies in a compartment: its code dies, its recipient is told, and a courier takes it out. This cannot be taken back.",
  "then.stored":
    "It lies in a compartment and its recipient has the code: the code dies, they are told, and a courier takes it out. If they come before the station hears of this, it is theirs. This cannot be taken back.",
  refund: "Its recipient will not get it: what they paid is to be paid back, and its shop has been told.",
  no_refund: "Nothing is to be paid back yet: its shop is told when it is.",
  "state.asked": "Being called off: where it is, is being found out",
  "state.called_off": "Called off: whoever has it keeps it",
  "state.leaving": "Called off: a courier has to take it out",
  "state.given_back": "Called off: it is on its way back",
  "state.too_late": "Too late: its recipient has it",
  "state.lost": "Called off, and nothing was in the compartment",
  "state.parked": "Stuck: somebody has to look, under Tasks",
  "tasks.title": { one: "{count} cancellation is stuck", other: "{count} cancellations are stuck" },
  "tasks.about":
    "A parcel was called off, and a step of it failed again and again: it can go neither on nor back. Mend the cause, then go on.",
  "tasks.none": "No cancellation is stuck",
  "tasks.parcel": "Parcel",
  "tasks.by.shop": "called off by its shop",
  "tasks.by.carrier": "called off by its carrier",
  "tasks.by.operator": "called off by an operator",
  "tasks.since": "since {when}",
  "tasks.retry": "Go on",
} as const;

/** Parcels that are called off, and what follows. */
export const words = {
  en,
  de: {
    call_off: "Stornieren",
    title: "Dieses Paket stornieren?",
    keep: "So lassen",
    "then.reserved": "Das Fach ist sofort frei, die Codes gelten nicht mehr, der Empfänger erfährt es. Das lässt sich nicht zurücknehmen.",
    "then.shipped":
      "Ein Kurier hat es: Es wird kein Fach mehr freigehalten, und es geht mit ihm zurück. Der Empfänger erfährt es. Wird es noch eingelegt, bevor die Station davon hört, nimmt es ein Kurier wieder heraus. Das lässt sich nicht zurücknehmen.",
    "then.delivered":
      "Es liegt in einem Fach: Der Code gilt nicht mehr, der Empfänger erfährt es, und ein Kurier nimmt es heraus. Das lässt sich nicht zurücknehmen.",
    "then.stored":
      "Es liegt in einem Fach und der Empfänger hat den Code: Der gilt nicht mehr, er erfährt es, und ein Kurier nimmt es heraus. Kommt er, bevor die Station davon hört, gehört es ihm. Das lässt sich nicht zurücknehmen.",
    refund: "Der Empfänger bekommt es nicht: Was er bezahlt hat, ist zurückzuzahlen; der Laden weiß es.",
    no_refund: "Noch ist nichts zurückzuzahlen: Der Laden erfährt es, wenn es so weit ist.",
    "state.asked": "Wird storniert: Es wird herausgefunden, wo es ist",
    "state.called_off": "Storniert: Wer es hat, behält es",
    "state.leaving": "Storniert: Ein Kurier muss es herausnehmen",
    "state.given_back": "Storniert: Es ist auf dem Rückweg",
    "state.too_late": "Zu spät: Der Empfänger hat es",
    "state.lost": "Storniert, und im Fach lag nichts",
    "state.parked": "Steckt fest: Jemand muss nachsehen, unter Aufgaben",
    "tasks.title": { one: "{count} Stornierung steckt fest", other: "{count} Stornierungen stecken fest" },
    "tasks.about":
      "Ein Paket wurde storniert, und ein Schritt davon scheiterte immer wieder: Es geht weder weiter noch zurück. Beheben Sie die Ursache und gehen Sie dann weiter.",
    "tasks.none": "Keine Stornierung steckt fest",
    "tasks.parcel": "Paket",
    "tasks.by.shop": "vom Laden storniert",
    "tasks.by.carrier": "von der Zustellfirma storniert",
    "tasks.by.operator": "vom Betrieb storniert",
    "tasks.since": "seit {when}",
    "tasks.retry": "Weiter",
  },
} satisfies Words<typeof en>;
