import { hello } from "./parts.ts";
import { template } from "./template.ts";

/** Two members of staff have opened the door behind which the parcel lies (I-39): nobody does that without its owner hearing of it. */
export const openedByStaff = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  words: {
    en: {
      subject: "Staff opened your parcel's door: {station}",
      lead: "on {at} our staff opened the door behind which your parcel {number} lies. Two persons had to agree, and it is on record why.",
      after: "Your parcel stays where it is, and your code works as before. If anything about this seems wrong to you, please ask us.",
      back: "on {at} our staff opened the door behind which lies what you put in ({number}). Two persons had to agree, and it is on record why.",
      back_after: "It goes on its way as before. If anything about this seems wrong to you, please ask us.",
      back_short: "Staff opened the door behind which lies what you put in ({number}): {where}, {at}. It goes on its way as before.",
      short: "Staff opened the door of your parcel {number} at {where} on {at}. It stays there; your code works as before.",
    },
    de: {
      subject: "Die Tür zu Ihrem Paket wurde vom Betreiber geöffnet: {station}",
      lead: "am {at} haben Mitarbeitende von uns die Tür geöffnet, hinter der Ihr Paket {number} liegt. Zwei Personen mussten zustimmen; der Grund ist festgehalten.",
      after: "Ihr Paket bleibt, wo es ist, und Ihr Code gilt weiter. Wenn Ihnen daran etwas nicht richtig vorkommt, fragen Sie uns bitte.",
      back: "am {at} haben Mitarbeitende von uns die Tür geöffnet, hinter der liegt, was Sie eingelegt haben ({number}). Zwei Personen mussten zustimmen; der Grund ist festgehalten.",
      back_after: "Es geht seinen Weg wie zuvor. Wenn Ihnen daran etwas nicht richtig vorkommt, fragen Sie uns bitte.",
      back_short: "Der Betreiber hat die Tür geöffnet, hinter der Ihre Einlieferung {number} liegt: {where}, {at}. Sie geht ihren Weg.",
      short: "Der Betreiber hat die Tür zu Ihrem Paket {number} geöffnet: {where}, {at}. Es bleibt dort, Ihr Code gilt weiter.",
    },
    et: {
      subject: "Meie töötajad avasid Teie paki ukse: {station}",
      lead: "meie töötajad avasid {at} ukse, mille taga on Teie pakk {number}. Selleks pidid nõustuma kaks inimest ja põhjus on kirjas.",
      after: "Pakk jääb oma kohale ja kood kehtib edasi. Kui midagi tundub valesti, küsige palun meilt.",
      back: "meie töötajad avasid {at} ukse, mille taga on see, mille Te sisse panite ({number}). Selleks pidid nõustuma kaks inimest ja põhjus on kirjas.",
      back_after: "See läheb oma teed nagu enne. Kui midagi tundub valesti, küsige palun meilt.",
      back_short: "Töötajad avasid ukse, mille taga on Teie saadetis {number}: {where}, {at}. See läheb oma teed nagu enne.",
      short: "Töötajad avasid Teie paki {number} ukse: {where}, {at}. Pakk jääb sinna, kood kehtib edasi.",
    },
  },
  compose: (say, about) => {
    // What a customer has put in is a return or a sending, with a page of its own.
    const back = about.details["return"];
    const [lead, after, short] =
      back === undefined ? (["lead", "after", "short"] as const) : (["back", "back_after", "back_short"] as const);
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [
        hello(say, about),
        { p: say(lead, { number: about.number, at: say.time(about.at, about.place.timeZone) }) },
        { p: about.where },
        { p: say(after) },
      ],
      short: (where) => say(short, { number: about.number, where, at: say.shortTime(about.at, about.place.timeZone) }),
      ...(back === undefined ? {} : { path: `/returns/${back}` }),
    };
  },
});
