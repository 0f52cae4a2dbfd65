import { hello, shortUntil, until, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** What was missing has happened: the code that its reader has opens the door now (N11). */
export const released = template({
  kind: "news",
  asks: "window",
  atOnce: ["email", "push"],
  words: {
    en: {
      subject: "Your parcel can be collected now: {station}",
      lead: "nothing is missing any more: the code that you have opens the door for your parcel {number} now.",
      short: "Nothing is missing any more: parcel {number} can be collected at {where} until {until}, with the code that you have.",
    },
    de: {
      subject: "Ihr Paket kann jetzt abgeholt werden: {station}",
      lead: "es fehlt nichts mehr: Ihr Code öffnet jetzt die Tür für Ihr Paket {number}.",
      short: "Es fehlt nichts mehr: Paket {number} kann mit Ihrem Code abgeholt werden: {where}, bis {until}.",
    },
    et: {
      subject: "Teie paki saab nüüd välja võtta: {station}",
      lead: "midagi enam ei puudu: Teie kood avab nüüd paki {number} ukse.",
      short: "Midagi enam ei puudu: paki {number} saab oma koodiga välja võtta: {where}, kuni {until}.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number }) }, until(say, about), ...wayThere(say, about)],
    short: (where) => say("short", { number: about.number, where, until: shortUntil(say, about) }),
  }),
});
