import { hello, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** At the door no compartment could be used, and the courier brings the parcel to a station near by. */
export const diverted = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  example: { former: "Viru Keskus" },
  words: {
    en: {
      subject: "Your parcel comes to another locker: {station}",
      lead: "the courier stood at the locker {former} with your parcel {number}, and no compartment there could take it. It comes to another locker instead.",
      new_place: "The new place:",
      next_step: "You need do nothing. As soon as your parcel is in the new locker, we send you the code.",
      short: "No compartment free at {former}. Parcel {number} comes to {where} instead. The code follows.",
    },
    de: {
      subject: "Ihr Paket kommt in ein anderes Schließfach: {station}",
      lead: "der Kurier stand mit Ihrem Paket {number} an der Schließfachanlage {former}, und kein Fach dort konnte es aufnehmen. Es kommt stattdessen in eine andere.",
      new_place: "Der neue Ort:",
      next_step: "Sie müssen nichts tun. Sobald Ihr Paket dort liegt, senden wir Ihnen den Code.",
      short: "Kein Fach frei: {former}. Paket {number} kommt hierher: {where}. Der Code folgt.",
    },
    et: {
      subject: "Teie pakk tuleb teise pakiautomaati: {station}",
      lead: "kuller oli Teie pakiga {number} pakiautomaadi {former} juures, kuid ükski kapp ei sobinud. Pakk tuleb teise pakiautomaati.",
      new_place: "Uus koht:",
      next_step: "Te ei pea midagi tegema. Niipea kui pakk on uues pakiautomaadis, saadame Teile koodi.",
      short: "Vaba kappi ei olnud: {former}. Pakk {number} tuleb siia: {where}. Kood tuleb hiljem.",
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
