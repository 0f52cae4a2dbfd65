import { hello, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** Somebody with the right to it sends the parcel to another station (N6): its recipient hears of it whoever wished it. */
export const redirected = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  example: { former: "Viru Keskus" },
  words: {
    en: {
      subject: "Your parcel goes to another locker, as asked: {station}",
      lead: "as was asked for, your parcel {number} does not come to the locker {former} but to another one.",
      new_place: "The new place:",
      next_step: "As soon as your parcel is in the new locker, we send you a new code. An older one no longer works.",
      not_you: "If nobody of yours asked for this, please tell us.",
      short: "As asked, parcel {number} goes to {where} instead of {former}. A new code follows.",
    },
    de: {
      subject: "Ihr Paket kommt wie gewünscht in ein anderes Schließfach: {station}",
      lead: "wie gewünscht kommt Ihr Paket {number} nicht in die Schließfachanlage {former}, sondern in eine andere.",
      new_place: "Der neue Ort:",
      next_step: "Sobald Ihr Paket dort liegt, senden wir Ihnen einen neuen Code. Ein älterer gilt nicht mehr.",
      not_you: "Wenn das niemand von Ihnen gewünscht hat, sagen Sie uns bitte Bescheid.",
      short: "Wie gewünscht kommt Paket {number} nicht nach {former}, sondern hierher: {where}. Ein neuer Code folgt.",
    },
    et: {
      subject: "Teie pakk tuleb soovi järgi teise pakiautomaati: {station}",
      lead: "soovi järgi ei tule Teie pakk {number} pakiautomaati {former}, vaid teise.",
      new_place: "Uus koht:",
      next_step: "Niipea kui pakk on uues pakiautomaadis, saadame Teile uue koodi. Vanem kood enam ei kehti.",
      not_you: "Kui keegi Teie poolt seda ei soovinud, andke meile teada.",
      short: "Soovi järgi tuleb pakk {number} siia: {where}, mitte {former}. Uus kood tuleb hiljem.",
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
        { p: say("not_you") },
      ],
      short: (where) => say("short", { number: about.number, former, where }),
    };
  },
});
