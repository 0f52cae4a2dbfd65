import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** It lies in the locker and is not to be collected any more: its sender wants it back, or the locker is given up. A courier takes it out. */
export const calledBack = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  example: { why: "recalled" },
  words: {
    en: {
      subject: "Your parcel cannot be collected any more: {station}",
      recalled: "the sender has called your parcel {number} back. It is taken out of the locker {station}, and your code no longer works.",
      decommissioned:
        "we are sorry: the locker {station} has been taken out of service. Your parcel {number} is taken out and goes back to its sender, and your code no longer works.",
      next_step: "Please do not go there. If you have questions, please ask the sender.",
      short: "Please do not go to {where}: parcel {number} goes back to its sender, and your code no longer works.",
    },
    de: {
      subject: "Ihr Paket kann nicht mehr abgeholt werden: {station}",
      recalled:
        "der Absender hat Ihr Paket {number} zurückgerufen. Es wird aus der Schließfachanlage {station} genommen; Ihr Code gilt nicht mehr.",
      decommissioned:
        "es tut uns leid: Die Schließfachanlage {station} ist außer Betrieb genommen worden. Ihr Paket {number} wird herausgenommen und geht an den Absender zurück; Ihr Code gilt nicht mehr.",
      next_step: "Bitte gehen Sie nicht hin. Bei Fragen wenden Sie sich bitte an den Absender.",
      short: "Bitte gehen Sie nicht hin ({where}): Paket {number} geht an den Absender zurück, Ihr Code gilt nicht mehr.",
    },
    et: {
      subject: "Teie pakki ei saa enam kätte: {station}",
      recalled: "saatja on Teie paki {number} tagasi kutsunud. See võetakse pakiautomaadist {station} välja ja Teie kood enam ei kehti.",
      decommissioned:
        "meil on kahju: pakiautomaat {station} on kasutuselt kõrvaldatud. Teie pakk {number} võetakse välja ja läheb saatjale tagasi; Teie kood enam ei kehti.",
      next_step: "Palun ärge sinna minge. Küsimuste korral pöörduge palun saatja poole.",
      short: "Palun ärge sinna minge ({where}): pakk {number} läheb saatjale tagasi, Teie kood enam ei kehti.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [
      hello(say, about),
      {
        p: say(about.details["why"] === "decommissioned" ? "decommissioned" : "recalled", {
          number: about.number,
          station: about.place.name,
        }),
      },
      { p: say("next_step") },
    ],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
