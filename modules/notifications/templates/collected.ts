import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** A receipt: costs nobody a text message. */
export const collected = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  words: {
    en: {
      subject: "Your parcel was collected: {station}",
      lead: "your parcel {number} was taken out of the locker on {at}.",
      not_you: "If that was not you or somebody you sent, please tell us at once.",
      short: "Parcel {number} was taken out of the locker {where} on {at}.",
    },
    de: {
      subject: "Ihr Paket wurde abgeholt: {station}",
      lead: "Ihr Paket {number} wurde am {at} aus dem Schließfach genommen.",
      not_you: "Wenn das weder Sie noch jemand in Ihrem Auftrag war, sagen Sie uns bitte sofort Bescheid.",
      short: "Paket {number} wurde aus dem Schließfach {where} genommen: {at}.",
    },
    et: {
      subject: "Teie pakk on välja võetud: {station}",
      lead: "Teie pakk {number} võeti pakiautomaadist välja: {at}.",
      not_you: "Kui see ei olnud Teie ega keegi Teie palvel, andke meile kohe teada.",
      short: "Pakk {number} võeti välja pakiautomaadist {where}: {at}.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [
      hello(say, about),
      { p: say("lead", { number: about.number, at: say.time(about.at, about.place.timeZone) }) },
      { p: about.where },
      { p: say("not_you") },
    ],
    short: (where) => say("short", { number: about.number, where, at: say.shortTime(about.at, about.place.timeZone) }),
  }),
});
