import { hello, whereIs } from "./parts.ts";
import { template } from "./template.ts";

/** Nobody can get at the parcel now, whatever code they have; the clock of its window stands still (N15, F6). `window_extended` tells when that is over. */
export const hindered = template({
  kind: "news",
  asks: "window",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  words: {
    en: {
      subject: "Please do not come for your parcel now: {station}",
      lead: "the locker with your parcel {number} cannot be opened at present, neither by code nor from the phone. Your parcel is safe in it.",
      clock:
        "Your time to collect it stands still meanwhile. As soon as it can be collected again, we tell you until when; your code stays good.",
      short:
        "Please do not come for parcel {number} now: the locker cannot be opened at present. Your time stands still; we tell you when it works. {where}",
    },
    de: {
      subject: "Bitte kommen Sie jetzt nicht wegen Ihres Pakets: {station}",
      lead: "das Schließfach mit Ihrem Paket {number} lässt sich zurzeit nicht öffnen, weder mit dem Code noch vom Telefon. Ihr Paket liegt sicher darin.",
      clock:
        "Ihre Abholfrist steht so lange still. Sobald es wieder abgeholt werden kann, nennen wir Ihnen das neue Ende; Ihr Code bleibt gültig.",
      short:
        "Bitte kommen Sie jetzt nicht wegen Paket {number}: Das Schließfach lässt sich zurzeit nicht öffnen. Ihre Frist steht still; wir melden uns. {where}",
    },
    et: {
      subject: "Palun ärge tulge praegu pakile järele: {station}",
      lead: "pakiautomaati Teie pakiga {number} ei saa praegu avada, ei koodiga ega telefonist. Teie pakk on seal kindlas kohas.",
      clock: "Tähtaeg seisab seni. Niipea kui paki saab jälle kätte, ütleme uue tähtaja; kood kehtib edasi.",
      short: "Palun ärge tulge praegu paki {number} järele: pakiautomaati ei saa avada. Tähtaeg seisab; anname teada. {where}",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead", { number: about.number }) }, { p: say("clock") }, whereIs(say, about)],
    short: (where) => say("short", { number: about.number, where }),
  }),
});
