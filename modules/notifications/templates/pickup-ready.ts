import { codeAndQr, hello, missing, shortMissing, shortUntil, until, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** The parcel is in the locker: code, QR code, place and deadline, by everything there is (A5.1). */
export const pickupReady = template({
  kind: "code",
  asks: "code",
  atOnce: ["email", "sms", "push"],
  isFollowedUp: true,
  words: {
    en: {
      subject: "Your parcel is in the locker: {station}",
      lead: "your parcel {number} is in the locker and waits for you.",
      short: "{code} is your code. Parcel {number} is in the locker {where}, until {until}.",
    },
    de: {
      subject: "Ihr Paket liegt im Schließfach: {station}",
      lead: "Ihr Paket {number} liegt im Schließfach und wartet auf Sie.",
      short: "{code} ist Ihr Code. Paket {number} liegt im Schließfach {where}, bis {until}.",
    },
    et: {
      subject: "Teie pakk on pakiautomaadis: {station}",
      lead: "Teie pakk {number} on pakiautomaadis ja ootab Teid.",
      short: "{code} on Teie kood. Pakk {number} on pakiautomaadis {where}, kuni {until}.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [
      hello(say, about),
      { p: say("lead", { number: about.number }) },
      ...missing(say, about),
      ...codeAndQr(say, about),
      until(say, about),
      ...wayThere(say, about),
    ],
    short: (where) =>
      say("short", { code: about.code, number: about.number, where, until: shortUntil(say, about) }) + shortMissing(say, about),
  }),
});
