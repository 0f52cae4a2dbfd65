import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "While you are away",
  body: "Parcels that wait for you, or come meanwhile, keep their time: the clock stands still until you are back. How long it may is up to each shop.",
  from: "First day away",
  to: "Last day away",
  save: "Keep my parcels",
  saved: "From {from} to {to} your parcels wait for you.",
  end: "I am back, or I do not go",
  invalid: "These days cannot be",
  order: "The last day away comes before the first one.",
  why: "Sign in, so that we know whose parcels wait.",
  parcels: "To my parcels",
} as const;

/** What the customer's screens say about being away. */
export const words = {
  en,
  de: {
    title: "Während Sie verreist sind",
    body: "Pakete, die auf Sie warten oder inzwischen kommen, behalten ihre Zeit: Die Frist steht still, bis Sie zurück sind. Wie lange, bestimmt jeder Shop.",
    from: "Erster Tag",
    to: "Letzter Tag",
    save: "Pakete warten lassen",
    saved: "Vom {from} bis {to} warten Ihre Pakete auf Sie.",
    end: "Ich bin zurück oder verreise nicht",
    invalid: "Diese Tage gehen nicht",
    order: "Der letzte Tag liegt vor dem ersten.",
    why: "Melden Sie sich an, damit wir wissen, wessen Pakete warten.",
    parcels: "Zu meinen Paketen",
  },
} satisfies Words<typeof en>;
