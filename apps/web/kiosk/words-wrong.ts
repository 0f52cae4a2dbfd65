import type { Words } from "@pigeonhole/ui/say";

const en = {
  "wrong.title": "Is something wrong?",
  "wrong.does_not_fit": "Does not fit",
  "wrong.not_empty": "Door is not empty",
  "wrong.will_not_close": "The door will not shut",
  "wrong.will_not_open": "It stays shut: tell us",
  "wrong.empty": "Nothing is in it",
  "wrong.not_mine": "Not my parcel",
  "said.does_not_fit": "Keep your parcel and push door {door} shut. A larger one opens then, if there is one.",
  "said.not_empty": "Leave what is in door {door} and push it shut. Another one opens then, if there is one.",
  "reported.title": "Thank you, we have been told",
  "reported.does_not_fit": "No larger door is free here.",
  "reported.not_empty": "Door {door} is given to nobody until we have looked into it.",
  "reported.will_not_close": "Please take the parcel out of door {door} again: an open door keeps nothing safe.",
  "reported.will_not_close_take": "Door {door} takes nothing more until we have looked at it. You need not wait.",
  "reported.will_not_open": "Somebody comes to door {door}. What is in it is safe, and your code stays good.",
  "reported.wrong_parcel": "Door {door} opens again for the right parcel.",
  "reported.other": "Nothing was left in door {door}.",
  "reported.empty":
    "Your parcel does not count as collected, and door {door} is given to nobody. We look for it and write to you. Please push the door shut.",
  "reported.not_mine":
    "Please leave what is in door {door} and push it shut. Your parcel does not count as collected: we look for it and write to you.",
  "reported.courier": "Take the parcel with you: the courier app shows what comes next.",
  "reported.keep": "Please keep your parcel, or choose another size.",
} as const;

/** What can be wrong before an open door, and what happens then. */
export const words = {
  en,
  de: {
    "wrong.title": "Stimmt etwas nicht?",
    "wrong.does_not_fit": "Passt nicht",
    "wrong.not_empty": "Fach ist nicht leer",
    "wrong.will_not_close": "Die Tür geht nicht zu",
    "wrong.will_not_open": "Bleibt zu: Bescheid geben",
    "wrong.empty": "Nichts darin",
    "wrong.not_mine": "Nicht mein Paket",
    "said.does_not_fit": "Behalten Sie Ihr Paket und drücken Sie Fach {door} zu. Dann öffnet sich ein größeres, wenn eines frei ist.",
    "said.not_empty":
      "Lassen Sie liegen, was in Fach {door} ist, und drücken Sie es zu. Dann öffnet sich ein anderes, wenn eines frei ist.",
    "reported.title": "Danke, wir wissen Bescheid",
    "reported.does_not_fit": "Kein größeres Fach ist hier frei.",
    "reported.not_empty": "Fach {door} bekommt niemand, bis wir nachgesehen haben.",
    "reported.will_not_close": "Bitte nehmen Sie das Paket wieder aus Fach {door}: Eine offene Tür schützt nichts.",
    "reported.will_not_close_take": "In Fach {door} kommt nichts mehr, bis wir nachgesehen haben. Sie brauchen nicht zu warten.",
    "reported.will_not_open": "Jemand kommt zu Fach {door}. Was darin liegt, ist sicher, und Ihr Code gilt weiter.",
    "reported.wrong_parcel": "Fach {door} öffnet sich noch einmal für das richtige Paket.",
    "reported.other": "In Fach {door} wurde nichts hinterlegt.",
    "reported.empty":
      "Ihr Paket gilt nicht als abgeholt, und Fach {door} bekommt niemand. Wir suchen es und schreiben Ihnen. Bitte drücken Sie die Tür zu.",
    "reported.not_mine":
      "Bitte lassen Sie liegen, was in Fach {door} ist, und drücken Sie es zu. Ihr Paket gilt nicht als abgeholt: Wir suchen es und schreiben Ihnen.",
    "reported.courier": "Nehmen Sie das Paket mit: Die Kurier-App zeigt, wie es weitergeht.",
    "reported.keep": "Bitte behalten Sie Ihr Paket oder wählen Sie eine andere Größe.",
  },
} satisfies Words<typeof en>;
