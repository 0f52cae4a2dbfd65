import { template } from "./template.ts";

/** Whoever is on duty hears at once that a station has been tampered with (A10.4): it serves nobody until a technician has looked. */
export const stationTampered = template({
  kind: "alarm",
  reader: "staff",
  asks: "nothing",
  atOnce: ["email"],
  example: { station: "0198f000-0000-7000-8000-000000000001" },
  words: {
    en: {
      subject: "Tampering: {station}",
      lead: "Somebody has tampered with the station {station}, on {at}.",
      meaning:
        "It opens no door and is offered to nobody, and the time to collect what lies in it stands still. A technician has to look, and an administrator records what was found.",
      go: "The station",
      short: "Tampering at {where}, {at}. It opens no door until it has been inspected.",
    },
    de: {
      subject: "Manipulation: {station}",
      lead: "An der Station {station} hat sich jemand zu schaffen gemacht, {at}.",
      meaning:
        "Sie öffnet kein Fach und wird niemandem angeboten, und die Abholfristen stehen still. Die Technik muss nachsehen, und die Administration hält den Befund fest.",
      go: "Zur Station",
      short: "Manipulation: {where}, {at}. Bis zur Prüfung öffnet sie kein Fach.",
    },
    et: {
      subject: "Pakiautomaati on rikutud: {station}",
      lead: "Keegi on pakiautomaati {station} rikkunud, {at}.",
      meaning:
        "See ei ava ühtegi ust ja seda ei pakuta kellelegi, väljavõtmise aeg seisab. Tehnik peab üle vaatama ja administraator leitu kirja panema.",
      go: "Pakiautomaat",
      short: "Rikutud: {where}, {at}. Kuni kontrollini ust ei avata.",
    },
  },
  compose: (say, about) => {
    const path = `/operations/stations/${about.details["station"]!}`;
    const at = say.time(about.at, about.place.timeZone);
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [
        { p: say("lead", { station: about.place.name, at }) },
        { p: about.where },
        { p: say("meaning") },
        { link: path, label: say("go") },
      ],
      short: (where) => say("short", { where, at: say.shortTime(about.at, about.place.timeZone) }),
      path,
    };
  },
});
