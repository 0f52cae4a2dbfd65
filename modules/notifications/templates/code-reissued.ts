import { codeAndQr, hello, missing, shortMissing, shortUntil, until, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** A fresh code has taken the place of the old one (A5.3). */
export const codeReissued = template({
  kind: "code",
  asks: "code",
  atOnce: ["email", "sms", "push"],
  words: {
    en: {
      subject: "Your new code for the locker: {station}",
      lead: "here is the new code for your parcel {number}. The old one no longer works.",
      short: "{code} is your new code for parcel {number} in the locker {where}, until {until}. The old one no longer works.",
    },
    de: {
      subject: "Ihr neuer Code für das Schließfach: {station}",
      lead: "hier ist der neue Code für Ihr Paket {number}. Der alte gilt nicht mehr.",
      short: "{code} ist Ihr neuer Code für Paket {number} im Schließfach {where}, bis {until}. Der alte gilt nicht mehr.",
    },
    et: {
      subject: "Teie uus pakiautomaadi kood: {station}",
      lead: "siin on Teie paki {number} uus kood. Vana kood enam ei kehti.",
      short: "{code} on paki {number} uus kood pakiautomaadis {where}, kuni {until}. Vana enam ei kehti.",
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
