import type { Words } from "@pigeonhole/ui/say";

const en = {
  "held.age_check": "Please prove your age first",
  "held.age_check_body": "Your code is right. Open your parcel’s page on your phone, prove your age there, and type the code again.",
  "held.cash_on_delivery": "This parcel has not been paid yet",
  "held.cash_on_delivery_body": "Your code is right. Open your parcel’s page on your phone, pay there, and type the code again.",
  "held.both": "Please prove your age and pay first",
  "held.both_body": "Your code is right. Open your parcel’s page on your phone, prove your age and pay there, and type the code again.",
  "held.other": "Something is missing first",
  "held.other_body": "Your code is right. Your parcel’s page on your phone says what is missing; then type the code again.",
} as const;

/** A right code for a door that stays shut until something has happened (N11). */
export const words = {
  en,
  de: {
    "held.age_check": "Bitte weisen Sie erst Ihr Alter nach",
    "held.age_check_body":
      "Ihr Code stimmt. Öffnen Sie am Telefon die Seite Ihres Pakets, weisen Sie dort Ihr Alter nach und tippen Sie den Code noch einmal.",
    "held.cash_on_delivery": "Dieses Paket ist noch nicht bezahlt",
    "held.cash_on_delivery_body":
      "Ihr Code stimmt. Öffnen Sie am Telefon die Seite Ihres Pakets, bezahlen Sie dort und tippen Sie den Code noch einmal.",
    "held.both": "Bitte weisen Sie erst Ihr Alter nach und bezahlen Sie",
    "held.both_body":
      "Ihr Code stimmt. Öffnen Sie am Telefon die Seite Ihres Pakets, weisen Sie dort Ihr Alter nach, bezahlen Sie und tippen Sie den Code noch einmal.",
    "held.other": "Vorher fehlt noch etwas",
    "held.other_body": "Ihr Code stimmt. Was fehlt, steht am Telefon auf der Seite Ihres Pakets; tippen Sie den Code danach noch einmal.",
  },
} satisfies Words<typeof en>;
