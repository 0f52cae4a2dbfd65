import { template } from "./template.ts";

/** Whoever is on duty hears at once that something which always has to hold does not (I-75). It is about the system, and about no place. */
export const invariantBroken = template({
  kind: "alarm",
  reader: "staff",
  asks: "nothing",
  atOnce: ["email"],
  example: { invariant: "I-09", says: "the compartment of a parcel that has gone is not held for it", what: "compartment 4 is" },
  words: {
    en: {
      subject: "{invariant} does not hold",
      lead: "Something that always has to hold does not ({invariant}, found on {at}):",
      breach: "{says}, but {what}.",
      meaning:
        "It stands first among the operators' tasks until it holds again or somebody has looked into it. What breaks within the same hour is not mailed one by one: it stands there too.",
      go: "To the tasks",
      short: "{invariant} does not hold, {at}. It stands first among the tasks.",
    },
    de: {
      subject: "{invariant} gilt nicht",
      lead: "Etwas, das immer gelten muss, gilt nicht ({invariant}, gefunden {at}):",
      breach: "Gelten muss: {says}. Gefunden: {what}.",
      meaning:
        "Es steht an erster Stelle der Aufgaben, bis es wieder gilt oder jemand nachgesehen hat. Was in derselben Stunde noch bricht, wird nicht einzeln gemeldet: Es steht ebenfalls dort.",
      go: "Zu den Aufgaben",
      short: "{invariant} gilt nicht, {at}. Es steht an erster Stelle der Aufgaben.",
    },
    et: {
      subject: "{invariant} ei kehti",
      lead: "Miski, mis peab alati kehtima, ei kehti ({invariant}, leitud {at}):",
      breach: "Peab kehtima: {says}. Leiti: {what}.",
      meaning:
        "See on ülesannete seas esimene, kuni see jälle kehtib või keegi on selle üle vaadanud. Mis sama tunni jooksul veel rikutakse, sellest eraldi kirja ei tule: see on samuti seal.",
      go: "Ülesanded",
      short: "{invariant} ei kehti, {at}. See on ülesannete seas esimene.",
    },
  },
  compose: (say, about) => {
    const { invariant = "", says = "", what = "" } = about.details;
    const at = say.time(about.at, about.place.timeZone);
    return {
      subject: say("subject", { invariant }),
      blocks: [
        { p: say("lead", { invariant, at }) },
        { p: say("breach", { says, what }) },
        { p: say("meaning") },
        { link: "/operations/tasks", label: say("go") },
      ],
      short: () => say("short", { invariant, at: say.shortTime(about.at, about.place.timeZone) }),
      path: "/operations/tasks",
    };
  },
});
