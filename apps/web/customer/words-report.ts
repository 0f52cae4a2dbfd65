import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "Something is wrong at the door",
  empty: "Nothing was in it",
  not_mine: "It was not my parcel",
  will_not_close: "The door will not shut",
  will_not_open: "The door does not open",
  told: "Thank you, we have been told",
  told_body: "Somebody looks into the door, and nobody else is given it until then. We write to you.",
  late: "This can be told within half an hour of opening the door. Please call us.",
  call: "Help: {phone}",
} as const;

/** What can be wrong for somebody who collects. */
export const words = {
  en,
  de: {
    title: "Am Fach stimmt etwas nicht",
    empty: "Es lag nichts darin",
    not_mine: "Es war nicht mein Paket",
    will_not_close: "Die Tür geht nicht zu",
    will_not_open: "Die Tür geht nicht auf",
    told: "Danke, wir wissen Bescheid",
    told_body: "Jemand sieht in dem Fach nach, und bis dahin bekommt es niemand sonst. Wir schreiben Ihnen.",
    late: "Das lässt sich innerhalb einer halben Stunde nach dem Öffnen sagen. Bitte rufen Sie uns an.",
    call: "Hilfe: {phone}",
  },
} satisfies Words<typeof en>;
