import { hello, wayThere } from "./parts.ts";
import { template } from "./template.ts";

/** Somebody else asks whether the parcel may go to another station (N6): one tap answers, and no answer is no. */
export const redirectProposed = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "sms", "push"],
  example: { former: "Viru Keskus", until: "2026-03-29T09:00:00.000Z", token: "0".repeat(64), isInside: "yes" },
  words: {
    en: {
      subject: "May your parcel come to another locker? {station}",
      lead: "your parcel {number} is planned for the locker {former}. May it come to this one instead?",
      inside:
        "It lies at {former} already. If you say yes, your code stops working, and a new one follows as soon as it is in the new locker.",
      until: "Please answer before {until}. Without an answer everything stays as planned.",
      yes: "Yes, send it there",
      no: "No, leave it as planned",
      short: "May parcel {number} come to {where} instead of {former}? Answer before {until}, else it stays as planned.",
    },
    de: {
      subject: "Darf Ihr Paket in ein anderes Schließfach? {station}",
      lead: "Ihr Paket {number} ist für die Schließfachanlage {former} geplant. Darf es stattdessen in diese kommen?",
      inside:
        "Es liegt schon in {former}. Wenn Sie zustimmen, gilt Ihr Code nicht mehr; ein neuer folgt, sobald es im neuen Schließfach liegt.",
      until: "Bitte antworten Sie vor {until}. Ohne Antwort bleibt alles wie geplant.",
      yes: "Ja, dorthin schicken",
      no: "Nein, wie geplant lassen",
      short: "Darf Paket {number} hierher statt nach {former}? {where}. Bitte vor {until} antworten, sonst bleibt es wie geplant.",
    },
    et: {
      subject: "Kas Teie pakk tohib tulla teise pakiautomaati? {station}",
      lead: "Teie pakk {number} on määratud pakiautomaati {former}. Kas see tohib tulla hoopis siia?",
      inside: "Pakk on juba pakiautomaadis {former}. Kui nõustute, kood enam ei kehti; uus tuleb siis, kui pakk on uues pakiautomaadis.",
      until: "Palun vastake enne: {until}. Vastuseta jääb kõik nii, nagu oli kavas.",
      yes: "Jah, saatke sinna",
      no: "Ei, jätke nii, nagu kavas",
      short: "Kas pakk {number} tohib tulla siia, mitte {former}: {where}? Vastake enne {until}, muidu jääb kavandatud koht.",
    },
  },
  compose: (say, about) => {
    const { former, until, token, isInside } = about.details as Record<"former" | "until" | "token" | "isInside", string>;
    const at = new Date(until);
    const path = `/consent#${token}`;
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [
        hello(say, about),
        { p: say("lead", { number: about.number, former }) },
        ...wayThere(say, about),
        ...(isInside === "yes" ? [{ p: say("inside", { former }) }] : []),
        { p: say("until", { until: say.time(at, about.place.timeZone) }) },
        { link: path, label: say("yes") },
        { link: `/consent?no#${token}`, label: say("no") },
      ],
      short: (where) => say("short", { number: about.number, former, where, until: say.shortTime(at, about.place.timeZone) }),
      path,
    };
  },
});
