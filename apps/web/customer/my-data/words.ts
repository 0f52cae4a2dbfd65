import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "My data",
  link: "My data, and deleting my account",
  why: "Sign in to see what is kept about you.",
  about:
    "This is everything that is kept about you here. Nobody else sees it in one place; everything personal is encrypted with a key that is yours alone.",
  as_of: "As of {time}",
  save: "Save as a file",
  "what.account": "Your account",
  "what.sessions": { one: "{count} device signed in", other: "{count} devices signed in" },
  "what.parcels": { one: "{count} parcel", other: "{count} parcels" },
  "what.messages": { one: "{count} message to you", other: "{count} messages to you" },
  "what.browsers": { one: "{count} browser that gets notifications", other: "{count} browsers that get notifications" },
  "what.preferences": "What you wished about messages",
  nothing: "nothing",
  show: "Show",
  "delete.title": "Delete my account",
  "delete.body":
    "Your account, your name, your addresses and every message to you become unreadable for ever: your key is destroyed, also for every backup. What remains are parcels of nobody: numbers, times and places, without you.",
  "delete.undo": "It happens in three days. Until then you can sign in and change your mind.",
  "delete.verb": "Delete in three days",
  "delete.now": "Delete at once",
  "delete.now_title": "Delete at once, for ever?",
  "delete.now_body": "Within a minute nobody can read anything about you here, and nobody can bring it back. You are signed out.",
  "delete.cancel": "Keep my account",
  "delete.blocked": "This has to end first",
  "delete.blocked_body":
    "While a parcel is under way we have to be able to tell you about it. Collect it, or cancel the order; then you can delete your account.",
  "delete.parcel": "Parcel {number}",
  "pending.title": "Your account will be deleted on {time}",
  "pending.body": "Until then everything works as before.",
  "pending.waits_parcel": "A parcel is under way again: it waits until that has ended.",
  "pending.waits_hold": "A part of it has to be kept for now, by law: it waits until that is over.",
  "pending.undo": "Keep my account after all",
  "gone.title": "Your account is being deleted",
  "gone.body": "Within a minute nobody can read anything about you here. Thank you for having been with us.",
  "gone.home": "To the first page",
} as const;

/** What is kept of a customer, and how it goes. */
export const words: Words<typeof en> = {
  en,
  de: {
    title: "Meine Daten",
    link: "Meine Daten, und mein Konto löschen",
    why: "Melden Sie sich an, um zu sehen, was über Sie gespeichert ist.",
    about:
      "Das ist alles, was hier über Sie gespeichert ist. Niemand sonst sieht es so beisammen; alles Persönliche ist mit einem Schlüssel verschlüsselt, der Ihnen allein gehört.",
    as_of: "Stand {time}",
    save: "Als Datei speichern",
    "what.account": "Ihr Konto",
    "what.sessions": { one: "{count} angemeldetes Gerät", other: "{count} angemeldete Geräte" },
    "what.parcels": { one: "{count} Paket", other: "{count} Pakete" },
    "what.messages": { one: "{count} Nachricht an Sie", other: "{count} Nachrichten an Sie" },
    "what.browsers": { one: "{count} Browser, der benachrichtigt wird", other: "{count} Browser, die benachrichtigt werden" },
    "what.preferences": "Was Sie zu Nachrichten wünschen",
    nothing: "nichts",
    show: "Anzeigen",
    "delete.title": "Mein Konto löschen",
    "delete.body":
      "Ihr Konto, Ihr Name, Ihre Adressen und jede Nachricht an Sie werden für immer unlesbar: Ihr Schlüssel wird vernichtet, auch für alle Sicherungen. Übrig bleiben Pakete von niemandem: Nummern, Zeiten und Orte, ohne Sie.",
    "delete.undo": "Es geschieht in drei Tagen. Bis dahin können Sie sich anmelden und es sich anders überlegen.",
    "delete.verb": "In drei Tagen löschen",
    "delete.now": "Sofort löschen",
    "delete.now_title": "Sofort und für immer löschen?",
    "delete.now_body":
      "Innerhalb einer Minute kann hier niemand mehr etwas über Sie lesen, und niemand kann es zurückholen. Sie werden abgemeldet.",
    "delete.cancel": "Konto behalten",
    "delete.blocked": "Das muss zuerst enden",
    "delete.blocked_body":
      "Solange ein Paket unterwegs ist, müssen wir Ihnen davon berichten können. Holen Sie es ab oder stornieren Sie die Bestellung; dann können Sie Ihr Konto löschen.",
    "delete.parcel": "Paket {number}",
    "pending.title": "Ihr Konto wird am {time} gelöscht",
    "pending.body": "Bis dahin geht alles wie bisher.",
    "pending.waits_parcel": "Es ist wieder ein Paket unterwegs: Das Löschen wartet, bis das vorbei ist.",
    "pending.waits_hold": "Ein Teil davon muss von Gesetzes wegen vorerst bleiben: Das Löschen wartet, bis das vorbei ist.",
    "pending.undo": "Konto doch behalten",
    "gone.title": "Ihr Konto wird gelöscht",
    "gone.body": "Innerhalb einer Minute kann hier niemand mehr etwas über Sie lesen. Danke, dass Sie da waren.",
    "gone.home": "Zur ersten Seite",
  },
};
