import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** Whoever ordered, or sends, has called it off before it was in a locker. */
export const cancelled = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  words: {
    en: {
      subject: "Your parcel has been cancelled: {number}",
      lead: "your parcel {number} has been cancelled. It does not come to the locker {station}.",
      next_step: "You need do nothing. If you did not expect this, please ask the sender.",
      short: "Parcel {number} has been cancelled and does not come to {where}. Questions? Please ask the sender.",
    },
    de: {
      subject: "Ihr Paket wurde storniert: {number}",
      lead: "Ihr Paket {number} wurde storniert. Es kommt nicht in die Schließfachanlage {station}.",
      next_step: "Sie müssen nichts tun. Falls Sie das nicht erwartet haben, fragen Sie bitte den Absender.",
      short: "Paket {number} wurde storniert und kommt nicht: {where}. Fragen? Bitte an den Absender.",
    },
    et: {
      subject: "Teie pakk on tühistatud: {number}",
      lead: "Teie pakk {number} on tühistatud. Seda ei tooda pakiautomaati {station}.",
      next_step: "Te ei pea midagi tegema. Kui Te seda ei oodanud, küsige palun saatjalt.",
      short: "Pakk {number} on tühistatud ja seda ei tooda: {where}. Küsimused? Palun küsige saatjalt.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { number: about.number }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number, station: about.place.name }) }, { p: say("next_step") }],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
