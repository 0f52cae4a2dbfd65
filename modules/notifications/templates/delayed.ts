import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** The courier could not put the parcel in and has taken it back: it is brought again. */
export const delayed = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  words: {
    en: {
      subject: "Your parcel could not be put into the locker yet: {station}",
      lead: "the courier could not put your parcel {number} into the locker {station} today and has taken it back. It is brought again.",
      next_step: "You need do nothing. As soon as it is in the locker, we send you the code.",
      short: "Parcel {number} could not be put into {where} yet. It is brought again; the code follows.",
    },
    de: {
      subject: "Ihr Paket konnte noch nicht ins Schließfach: {station}",
      lead: "der Kurier konnte Ihr Paket {number} heute nicht in die Schließfachanlage {station} legen und hat es wieder mitgenommen. Es wird noch einmal gebracht.",
      next_step: "Sie müssen nichts tun. Sobald es im Fach liegt, senden wir Ihnen den Code.",
      short: "Paket {number} konnte noch nicht eingelegt werden: {where}. Es wird noch einmal gebracht; der Code folgt.",
    },
    et: {
      subject: "Teie pakki ei saanud veel pakiautomaati panna: {station}",
      lead: "kuller ei saanud täna Teie pakki {number} pakiautomaati {station} panna ja võttis selle tagasi kaasa. See tuuakse uuesti.",
      next_step: "Te ei pea midagi tegema. Niipea kui pakk on pakiautomaadis, saadame Teile koodi.",
      short: "Pakki {number} ei saanud veel panna: {where}. See tuuakse uuesti; kood tuleb hiljem.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number, station: about.place.name }) }, { p: say("next_step") }],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
