import { codeAndQr, hello, shortUntil, until, wayThere } from "./parts.ts";
import { template, type AboutCode, type Composed } from "./template.ts";
import type { Say } from "../writing/say.ts";

// What is said while a parcel waits (A5.2). Each names the deadline and not what is left until it: how late a message is read nobody knows.

type Key = "subject" | "lead" | "short";

const compose = (say: Say<Key>, about: AboutCode): Composed => ({
  subject: say("subject", { station: about.place.name }),
  blocks: [
    hello(say, about),
    { p: say("lead", { number: about.number }) },
    until(say, about),
    ...codeAndQr(say, about),
    ...wayThere(say, about),
  ],
  short: (where) => say("short", { code: about.code, number: about.number, where, until: shortUntil(say, about) }),
});

/** 48 hours before the end. */
export const twoDaysLeft = template({
  kind: "reminder",
  asks: "code",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  words: {
    en: {
      subject: "Your parcel is still in the locker: {station}",
      lead: "your parcel {number} is still in the locker.",
      short: "{code}: parcel {number} is still in the locker {where}, until {until}.",
    },
    de: {
      subject: "Ihr Paket liegt noch im Schließfach: {station}",
      lead: "Ihr Paket {number} liegt noch im Schließfach.",
      short: "{code}: Paket {number} liegt noch im Schließfach {where}, bis {until}.",
    },
    et: {
      subject: "Teie pakk on ikka veel pakiautomaadis: {station}",
      lead: "Teie pakk {number} on ikka veel pakiautomaadis.",
      short: "{code}: pakk {number} on ikka veel pakiautomaadis {where}, kuni {until}.",
    },
  },
  compose,
});
/** 24 hours before the end, in other words than the first: the same letter twice looks like a mistake. */
export const oneDayLeft = template({
  kind: "reminder",
  asks: "code",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  words: {
    en: {
      subject: "Soon your parcel goes back: {station}",
      lead: "your parcel {number} still waits for you. What is not collected in time goes back to the sender.",
      short: "{code}: parcel {number} still waits {where}, until {until}. Then it goes back.",
    },
    de: {
      subject: "Bald geht Ihr Paket zurück: {station}",
      lead: "Ihr Paket {number} wartet noch auf Sie. Was nicht rechtzeitig abgeholt wird, geht zurück an den Absender.",
      short: "{code}: Paket {number} wartet noch {where}, bis {until}. Dann geht es zurück.",
    },
    et: {
      subject: "Varsti läheb Teie pakk tagasi: {station}",
      lead: "Teie pakk {number} ootab Teid ikka veel. Mida õigeks ajaks välja ei võeta, läheb saatjale tagasi.",
      short: "{code}: pakk {number} ootab ikka veel {where}, kuni {until}. Siis läheb see tagasi.",
    },
  },
  compose,
});

/** Nobody opened the message with the code: once more, by everything. */
export const followUp = template({
  kind: "reminder",
  asks: "code",
  atOnce: ["email", "sms", "push"],
  words: {
    en: {
      subject: "Have you seen it? Your parcel waits: {station}",
      lead: "we do not know whether our message reached you: your parcel {number} is in the locker.",
      short: "{code} is your code. Parcel {number} waits in the locker {where}, until {until}.",
    },
    de: {
      subject: "Schon gesehen? Ihr Paket wartet: {station}",
      lead: "wir wissen nicht, ob unsere Nachricht Sie erreicht hat: Ihr Paket {number} liegt im Schließfach.",
      short: "{code} ist Ihr Code. Paket {number} wartet im Schließfach {where}, bis {until}.",
    },
    et: {
      subject: "Kas nägite? Teie pakk ootab: {station}",
      lead: "me ei tea, kas meie sõnum jõudis Teieni: Teie pakk {number} on pakiautomaadis.",
      short: "{code} on Teie kood. Pakk {number} ootab pakiautomaadis {where}, kuni {until}.",
    },
  },
  compose,
});

/** Shortly before the end. It cannot be switched off: what is not collected goes back. */
export const lastWarning = template({
  kind: "news",
  asks: "code",
  atOnce: ["email", "sms", "push"],
  words: {
    en: {
      subject: "Last chance: your parcel is in the locker: {station}",
      lead: "the time to collect your parcel {number} is nearly over. After that its code no longer works and it goes back to the sender.",
      short: "{code}: last chance. Parcel {number} is in the locker {where} only until {until}. Then it goes back.",
    },
    de: {
      subject: "Letzte Gelegenheit: Ihr Paket im Schließfach: {station}",
      lead: "die Zeit, Ihr Paket {number} abzuholen, ist fast um. Danach gilt der Code nicht mehr, und das Paket geht zurück an den Absender.",
      short: "{code}: letzte Gelegenheit. Paket {number} liegt nur bis {until} im Schließfach {where}. Dann geht es zurück.",
    },
    et: {
      subject: "Viimane võimalus: Teie pakk pakiautomaadis: {station}",
      lead: "aeg Teie pakki {number} välja võtta hakkab läbi saama. Pärast seda kood enam ei kehti ja pakk läheb saatjale tagasi.",
      short: "{code}: viimane võimalus. Pakk {number} on pakiautomaadis {where} ainult kuni {until}. Siis läheb see tagasi.",
    },
  },
  compose,
});

/** Word of the end itself. */
export const expired = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  words: {
    en: {
      subject: "The time to collect your parcel is over: {station}",
      lead: "your parcel {number} was not collected in time. Its code no longer works.",
      next_step: "It will be taken out of the locker and goes back to the sender. Please ask the sender what happens next.",
      short: "The time to collect parcel {number} from the locker {where} is over. Its code no longer works; it goes back to the sender.",
    },
    de: {
      subject: "Die Zeit, Ihr Paket abzuholen, ist um: {station}",
      lead: "Ihr Paket {number} wurde nicht rechtzeitig abgeholt. Der Code gilt nicht mehr.",
      next_step: "Es wird aus dem Schließfach genommen und geht zurück an den Absender. Bitte fragen Sie ihn, wie es weitergeht.",
      short: "Die Zeit, Paket {number} im Schließfach {where} abzuholen, ist um. Der Code gilt nicht mehr; es geht zurück an den Absender.",
    },
    et: {
      subject: "Paki väljavõtmise aeg on läbi: {station}",
      lead: "Teie pakki {number} ei võetud õigeks ajaks välja. Kood enam ei kehti.",
      next_step: "Pakk võetakse pakiautomaadist välja ja läheb saatjale tagasi. Palun küsige saatjalt, mis edasi saab.",
      short: "Aeg võtta pakk {number} välja pakiautomaadist {where} on läbi. Kood enam ei kehti; pakk läheb saatjale tagasi.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number }) }, { p: about.where }, { p: say("next_step") }],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
