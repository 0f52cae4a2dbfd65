import { hello, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** The station was given up and the parcel goes to another one: whoever is not told goes to the wrong place. */
export const moved = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  example: { former: "Viru Keskus" },
  words: {
    en: {
      subject: "Your parcel comes to another locker: {station}",
      lead: "the locker {former} has been taken out of service. Your parcel {number} will come to another one near by.",
      new_place: "The new place:",
      next_step: "You need do nothing. As soon as your parcel is in the new locker, we send you the code.",
      short: "The locker {former} is out of service. Parcel {number} comes to {where} instead. The code follows.",
    },
    de: {
      subject: "Ihr Paket kommt in ein anderes Schließfach: {station}",
      lead: "die Schließfachanlage {former} ist außer Betrieb genommen worden. Ihr Paket {number} kommt in eine andere in der Nähe.",
      new_place: "Der neue Ort:",
      next_step: "Sie müssen nichts tun. Sobald Ihr Paket dort liegt, senden wir Ihnen den Code.",
      short: "Die Schließfachanlage {former} ist außer Betrieb. Paket {number} kommt hierher: {where}. Der Code folgt.",
    },
    et: {
      subject: "Teie pakk tuleb teise pakiautomaati: {station}",
      lead: "pakiautomaat {former} on kasutuselt kõrvaldatud. Teie pakk {number} tuleb teise, lähedal asuvasse pakiautomaati.",
      new_place: "Uus koht:",
      next_step: "Te ei pea midagi tegema. Niipea kui pakk on uues pakiautomaadis, saadame Teile koodi.",
      short: "Pakiautomaat {former} enam ei tööta. Pakk {number} tuleb siia: {where}. Kood tuleb hiljem.",
    },
  },
  compose: (say, about) => {
    const former = about.details["former"]!;
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [
        hello(say, about),
        { p: say("lead", { number: about.number, former }) },
        { p: say("new_place") },
        ...wayThere(say, about),
        { p: say("next_step") },
      ],
      short: (where) => say("short", { number: about.number, former, where }),
    };
  },
});
