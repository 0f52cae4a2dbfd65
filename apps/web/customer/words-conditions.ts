import type { Words } from "@pigeonhole/ui/say";

const en = {
  "before.title": "Before the door opens",
  "before.age_check": "You have to prove that you are {age} or older.",
  "before.cash_on_delivery": "{amount} has to be paid.",
  "before.first": "Please do this before you set out: until then the code opens nothing. Afterwards it works at once.",
  "before.ask": "The shop tells you how. Please do this before you set out: until then the code opens nothing.",
  "before.do": "Do it now",
  "before.do.age_check": "Prove my age",
  "before.do.cash_on_delivery": "Pay now",
  "before.proxy": "{name} has to prove their own age first: the page behind their link says so.",
} as const;

/** What has to happen before a parcel is given out (N11). */
export const words = {
  en,
  de: {
    "before.title": "Bevor die Tür sich öffnet",
    "before.age_check": "Sie müssen nachweisen, dass Sie mindestens {age} Jahre alt sind.",
    "before.cash_on_delivery": "{amount} müssen bezahlt sein.",
    "before.first": "Bitte tun Sie das, bevor Sie losgehen: Bis dahin öffnet der Code nichts. Danach gilt er sofort.",
    "before.ask": "Der Laden sagt Ihnen, wie. Bitte tun Sie das, bevor Sie losgehen: Bis dahin öffnet der Code nichts.",
    "before.do": "Jetzt erledigen",
    "before.do.age_check": "Alter nachweisen",
    "before.do.cash_on_delivery": "Jetzt bezahlen",
    "before.proxy": "{name} muss erst das eigene Alter nachweisen: Das steht auf der Seite hinter dem Link.",
  },
} satisfies Words<typeof en>;
