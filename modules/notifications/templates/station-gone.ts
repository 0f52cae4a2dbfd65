import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** The station was given up, and none near by has room. */
export const stationGone = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  words: {
    en: {
      subject: "Your parcel cannot come to the locker: {station}",
      lead: "we are sorry: the locker {station} has been taken out of service, and none near by has room for your parcel {number}. It cannot be delivered to a locker.",
      next_step: "The sender has been told. Please ask the sender for another way of delivery.",
      short: "We are sorry: the locker {where} is out of service and none near by has room for parcel {number}. Please ask the sender.",
    },
    de: {
      subject: "Ihr Paket kann nicht ins Schließfach: {station}",
      lead: "es tut uns leid: Die Schließfachanlage {station} ist außer Betrieb genommen worden, und in der Nähe ist kein Platz für Ihr Paket {number}. Es kann nicht in ein Schließfach geliefert werden.",
      next_step: "Der Absender weiß Bescheid. Bitte fragen Sie ihn nach einem anderen Weg der Lieferung.",
      short:
        "Leider ist die Schließfachanlage {where} außer Betrieb, und in der Nähe ist kein Platz für Paket {number}. Bitte fragen Sie den Absender.",
    },
    et: {
      subject: "Teie pakki ei saa pakiautomaati tuua: {station}",
      lead: "meil on kahju: pakiautomaat {station} on kasutuselt kõrvaldatud ja lähedal ei ole Teie paki {number} jaoks vaba kohta. Seda ei saa pakiautomaati tuua.",
      next_step: "Saatja on sellest teada saanud. Palun küsige saatjalt teist kättetoimetamise viisi.",
      short: "Kahjuks pakiautomaat {where} enam ei tööta ja lähedal ei ole paki {number} jaoks kohta. Palun küsige saatjalt.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number, station: about.place.name }) }, { p: say("next_step") }],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
