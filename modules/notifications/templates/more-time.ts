import { hello, shortUntil, until, whereIs } from "./parts.ts";
import { template } from "./template.ts";

/** Somebody has taken more time (N8): told to the recipient, who may not be the one who did. */
export const moreTime = template({
  kind: "news",
  asks: "window",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  words: {
    en: {
      subject: "More time for your parcel, as asked: {station}",
      lead: "as asked, your parcel {number} stays in the locker longer. Your code stays the same.",
      short: "As asked, parcel {number} stays longer: until {until}, {where}. Your code stays the same.",
    },
    de: {
      subject: "Mehr Zeit für Ihr Paket, wie gewünscht: {station}",
      lead: "wie gewünscht bleibt Ihr Paket {number} länger im Schließfach. Ihr Code bleibt derselbe.",
      short: "Wie gewünscht bleibt Paket {number} länger: bis {until}, {where}. Ihr Code bleibt derselbe.",
    },
    et: {
      subject: "Soovi järgi rohkem aega paki jaoks: {station}",
      lead: "soovi järgi jääb Teie pakk {number} kauemaks pakiautomaati. Kood jääb samaks.",
      short: "Soovi järgi jääb pakk {number} kauemaks: kuni {until}, {where}. Kood jääb samaks.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number }) }, until(say, about), whereIs(say, about)],
    short: (where) => say("short", { number: about.number, where, until: shortUntil(say, about) }),
  }),
});
