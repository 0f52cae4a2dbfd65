import { hello, shortUntil, until, whereIs } from "./parts.ts";
import { template } from "./template.ts";

/** The clock of the pick-up window stood still, and goes on (F6). */
export const windowExtended = template({
  kind: "news",
  asks: "window",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  words: {
    en: {
      subject: "You have more time for your parcel: {station}",
      lead: "the locker with your parcel {number} could not be reached for a while. For that time your clock stood still; your code stays the same.",
      short:
        "More time for parcel {number}: the locker could not be reached for a while. Until {until}, {where}. Your code stays the same.",
    },
    de: {
      subject: "Sie haben mehr Zeit für Ihr Paket: {station}",
      lead: "das Schließfach mit Ihrem Paket {number} war eine Weile nicht erreichbar. So lange stand Ihre Frist still; Ihr Code bleibt derselbe.",
      short:
        "Mehr Zeit für Paket {number}: Das Schließfach war eine Weile nicht erreichbar. Bis {until}, {where}. Ihr Code bleibt derselbe.",
    },
    et: {
      subject: "Teil on paki jaoks rohkem aega: {station}",
      lead: "pakiautomaat Teie pakiga {number} ei olnud mõnda aega kättesaadav. Selleks ajaks tähtaeg peatus; kood jääb samaks.",
      short: "Rohkem aega paki {number} jaoks: pakiautomaat ei olnud kättesaadav. Kuni {until}, {where}. Kood jääb samaks.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number }) }, until(say, about), whereIs(say, about)],
    short: (where) => say("short", { number: about.number, where, until: shortUntil(say, about) }),
  }),
});
