import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** Nobody brought it while its compartment was kept. */
export const notDelivered = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  words: {
    en: {
      subject: "Your parcel has not come: {number}",
      lead: "we are sorry: your parcel {number} was not brought to the locker {station} in time. Its compartment is no longer kept.",
      next_step: "The sender has been told. Please ask the sender what happens next.",
      short: "We are sorry: parcel {number} was not brought to {where} in time. Please ask the sender.",
    },
    de: {
      subject: "Ihr Paket ist nicht gekommen: {number}",
      lead: "es tut uns leid: Ihr Paket {number} wurde nicht rechtzeitig in die Schließfachanlage {station} gebracht. Das Fach wird nicht länger freigehalten.",
      next_step: "Der Absender weiß Bescheid. Bitte fragen Sie ihn, wie es weitergeht.",
      short: "Leider wurde Paket {number} nicht rechtzeitig gebracht: {where}. Bitte fragen Sie den Absender.",
    },
    et: {
      subject: "Teie pakk ei jõudnud kohale: {number}",
      lead: "meil on kahju: Teie pakki {number} ei toodud õigel ajal pakiautomaati {station}. Selle kohta enam ei hoita.",
      next_step: "Saatja on sellest teada saanud. Palun küsige saatjalt, mis edasi saab.",
      short: "Kahjuks ei toodud pakki {number} õigel ajal: {where}. Palun küsige saatjalt.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { number: about.number }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number, station: about.place.name }) }, { p: say("next_step") }],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
