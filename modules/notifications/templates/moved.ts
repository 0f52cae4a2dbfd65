import { hello, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/**
 * The parcel goes to another station, because its own was given up (`station_gone`), or because its compartment there cannot be used (`unusable`):
 * whoever is not told goes to the wrong place.
 */
export const moved = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  example: { former: "Viru Keskus", why: "unusable" },
  words: {
    en: {
      subject: "Your parcel comes to another locker: {station}",
      lead: "the locker {former} has been taken out of service. Your parcel {number} will come to another one near by.",
      lead_unusable:
        "the compartment for your parcel {number} at the locker {former} cannot be used. It will come to another locker near by.",
      new_place: "The new place:",
      next_step: "You need do nothing. As soon as your parcel is in the new locker, we send you the code.",
      short: "The locker {former} is out of service. Parcel {number} comes to {where} instead. The code follows.",
      short_unusable: "The compartment at {former} cannot be used. Parcel {number} comes to {where} instead. The code follows.",
    },
    de: {
      subject: "Ihr Paket kommt in ein anderes Schließfach: {station}",
      lead: "die Schließfachanlage {former} ist außer Betrieb genommen worden. Ihr Paket {number} kommt in eine andere in der Nähe.",
      lead_unusable:
        "das Fach für Ihr Paket {number} in {former} ist nicht zu benutzen. Es kommt in eine andere Schließfachanlage in der Nähe.",
      new_place: "Der neue Ort:",
      next_step: "Sie müssen nichts tun. Sobald Ihr Paket dort liegt, senden wir Ihnen den Code.",
      short: "Die Schließfachanlage {former} ist außer Betrieb. Paket {number} kommt hierher: {where}. Der Code folgt.",
      short_unusable: "Das Fach in {former} ist nicht zu benutzen. Paket {number} kommt hierher: {where}. Der Code folgt.",
    },
    et: {
      subject: "Teie pakk tuleb teise pakiautomaati: {station}",
      lead: "pakiautomaat {former} on kasutuselt kõrvaldatud. Teie pakk {number} tuleb teise, lähedal asuvasse pakiautomaati.",
      lead_unusable: "Teie paki {number} kappi pakiautomaadis {former} ei saa kasutada. Pakk tuleb teise, lähedal asuvasse pakiautomaati.",
      new_place: "Uus koht:",
      next_step: "Te ei pea midagi tegema. Niipea kui pakk on uues pakiautomaadis, saadame Teile koodi.",
      short: "Pakiautomaat {former} enam ei tööta. Pakk {number} tuleb siia: {where}. Kood tuleb hiljem.",
      short_unusable: "Kapp ei ole kasutatav: {former}. Pakk {number} tuleb siia: {where}. Kood tuleb hiljem.",
    },
  },
  compose: (say, about) => {
    const former = about.details["former"]!;
    const isUnusable = about.details["why"] === "unusable";
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [
        hello(say, about),
        { p: say(isUnusable ? "lead_unusable" : "lead", { number: about.number, former }) },
        { p: say("new_place") },
        ...wayThere(say, about),
        { p: say("next_step") },
      ],
      short: (where) => say(isUnusable ? "short_unusable" : "short", { number: about.number, former, where }),
    };
  },
});
