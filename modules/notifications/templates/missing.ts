import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** Whoever came for it did not find it, or nobody did: somebody looks for it. */
export const missing = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  words: {
    en: {
      subject: "We look for your parcel: {station}",
      lead: "your parcel {number} was not found in its compartment of the locker {station}. It does not count as collected; somebody looks for it, and nobody else is given that compartment until then.",
      next_step: "We write to you as soon as we know more.",
      short: "Parcel {number} was not found in {where}. It does not count as collected; we look for it and write to you.",
    },
    de: {
      subject: "Wir suchen Ihr Paket: {station}",
      lead: "Ihr Paket {number} lag nicht in seinem Fach der Schließfachanlage {station}. Es gilt nicht als abgeholt; jemand sucht danach, und bis dahin bekommt niemand sonst dieses Fach.",
      next_step: "Wir schreiben Ihnen, sobald wir mehr wissen.",
      short: "Paket {number} lag nicht im Fach: {where}. Es gilt nicht als abgeholt; wir suchen es und schreiben Ihnen.",
    },
    et: {
      subject: "Otsime Teie pakki: {station}",
      lead: "Teie pakki {number} ei olnud pakiautomaadi {station} kapis. See ei ole kätte saadud; keegi otsib seda ja seni ei anta seda kappi kellelegi teisele.",
      next_step: "Kirjutame Teile kohe, kui teame rohkem.",
      short: "Pakki {number} ei olnud kapis: {where}. Otsime seda ja kirjutame Teile.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number, station: about.place.name }) }, { p: say("next_step") }],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
