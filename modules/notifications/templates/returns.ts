import { grouped } from "../writing/grouped.ts";
import { codeAndQr, hello, shortUntil, wayThere } from "./parts.ts";
import { template, type About } from "./template.ts";

// What somebody is told who puts something in: a return (A7), or a sending to another person (N10). `details`: `return`, its id; `number`; `kind`.

type Kind = "return" | "sending";
const kindOf = ({ details }: About): Kind => (details["kind"] === "sending" ? "sending" : "return");
const numberOf = ({ details }: About): string => grouped(details["number"]!);
const pageOf = ({ details }: About): { readonly path: string } => ({ path: `/returns/${details["return"]}` });
const example = { return: "018f0000-0000-7000-8000-000000000002", number: "234567890123", kind: "return" };

/** A shop allows it; the reader chooses where and when. */
export const returnAuthorised = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  example: { until: "2026-04-11T09:00:00.000Z" },
  words: {
    en: {
      subject: "You may send parcel {number} back",
      lead: "the shop takes parcel {number} back. Choose a locker on its page before {until}: you get a code that opens a compartment, and nothing has to be printed.",
      short: "You may send parcel {number} back until {until}. Choose a locker on its page.",
    },
    de: {
      subject: "Sie können Paket {number} zurücksenden",
      lead: "der Shop nimmt Paket {number} zurück. Wählen Sie auf seiner Seite vor {until} eine Station: Sie bekommen einen Code, der ein Fach öffnet, und müssen nichts drucken.",
      short: "Sie können Paket {number} bis {until} zurücksenden. Wählen Sie auf seiner Seite eine Station.",
    },
    et: {
      subject: "Võite paki {number} tagastada",
      lead: "pood võtab paki {number} tagasi. Valige selle lehel pakiautomaat enne: {until}. Saate koodi, mis avab kapi, ja midagi ei ole vaja printida.",
      short: "Võite paki {number} tagastada kuni {until}. Valige selle lehel pakiautomaat.",
    },
  },
  compose: (say, about) => {
    const until = new Date(about.details["until"]!);
    return {
      subject: say("subject", { number: about.number }),
      blocks: [hello(say, about), { p: say("lead", { number: about.number, until: say.time(until, about.place.timeZone) }) }],
      short: () => say("short", { number: about.number, until: say.shortTime(until, about.place.timeZone) }),
    };
  },
});

/** Its compartment is bound: the code, the station, and until when (A5.2). */
export const returnCode = template({
  kind: "code",
  asks: "drop_off",
  atOnce: ["email", "sms", "push"],
  example,
  words: {
    en: {
      subject: "Your drop-off code for the locker {station}",
      lead_return: "a compartment is kept for your return {number}. The code opens it: nothing has to be printed.",
      lead_sending: "a compartment is kept for what you send, number {number}. The code opens it: nothing has to be printed.",
      pack: "Pack it well and close it. You need no label: the courier puts one on.",
      put_in: "Please put it in before {until}.",
      short: "{code} opens an empty compartment for {number} at the locker {where}, until {until}.",
    },
    de: {
      subject: "Ihr Einlieferungscode für das Schließfach {station}",
      lead_return: "für Ihre Rücksendung {number} ist ein Fach reserviert. Der Code öffnet es: Sie müssen nichts drucken.",
      lead_sending: "für Ihre Sendung {number} ist ein Fach reserviert. Der Code öffnet es: Sie müssen nichts drucken.",
      pack: "Verpacken Sie alles gut und verschließen Sie es. Ein Etikett brauchen Sie nicht: Der Kurier klebt eines auf.",
      put_in: "Bitte legen Sie es vor {until} ein.",
      short: "{code} öffnet ein leeres Fach für {number}: Schließfach {where}, bis {until}.",
    },
    et: {
      subject: "Teie saatmiskood pakiautomaadis {station}",
      lead_return: "Teie tagastusele {number} on kapp varutud. Kood avab selle: midagi ei ole vaja printida.",
      lead_sending: "Teie saadetisele {number} on kapp varutud. Kood avab selle: midagi ei ole vaja printida.",
      pack: "Pakkige see hästi ja sulgege. Silti ei ole vaja: kuller paneb selle ise.",
      put_in: "Palun pange see sisse enne: {until}.",
      short: "{code} avab tühja kapi, number {number}: pakiautomaat {where}, kuni {until}.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [
      hello(say, about),
      { p: say(`lead_${kindOf(about)}`, { number: numberOf(about) }) },
      ...codeAndQr(say, about),
      { p: say("put_in", { until: say.time(about.expiresAt, about.place.timeZone) }) },
      { p: say("pack") },
      ...wayThere(say, about),
    ],
    short: (where) => say("short", { code: about.code, number: numberOf(about), where, until: shortUntil(say, about) }),
    ...pageOf(about),
  }),
});

/** A day before the end it has not been put in. */
export const returnRunningOut = template({
  kind: "reminder",
  asks: "drop_off",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  example,
  words: {
    en: {
      subject: "Your compartment at {station} is kept for one more day",
      lead: "nothing has been put in for {number} yet. The compartment is kept until {until}; then it is somebody else's.",
      later: "If you do not need it any more, call it off on its page.",
      short: "Compartment for {number} kept until {until}: locker {where}.",
    },
    de: {
      subject: "Ihr Fach an der Station {station} ist noch einen Tag reserviert",
      lead: "für {number} wurde noch nichts eingelegt. Das Fach ist bis {until} reserviert, danach bekommt es jemand anderes.",
      later: "Wenn Sie es nicht mehr brauchen, sagen Sie es auf seiner Seite ab.",
      short: "Fach für {number} reserviert bis {until}: Schließfach {where}.",
    },
    et: {
      subject: "Teie kapp pakiautomaadis {station} on varutud veel üheks päevaks",
      lead: "numbri {number} jaoks ei ole veel midagi sisse pandud. Kapp on varutud kuni {until}; siis saab selle keegi teine.",
      later: "Kui Te seda enam ei vaja, öelge see tema lehel ära.",
      short: "Kapp numbrile {number} on varutud kuni {until}: {where}.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [
      hello(say, about),
      { p: say("lead", { number: numberOf(about), until: say.time(about.expiresAt, about.place.timeZone) }) },
      ...codeAndQr(say, about),
      { p: say("later") },
      ...wayThere(say, about),
    ],
    short: (where) => say("short", { number: numberOf(about), where, until: shortUntil(say, about) }),
    ...pageOf(about),
  }),
});

/** It is in: the receipt of whoever put it in (A5.2). */
export const returnDroppedOff = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  example,
  words: {
    en: {
      subject: "We have it: {number}",
      lead: "the locker {station} recorded {number} at {at}. From now on it is in our care.",
      next_return: "A courier takes it to the shop. You hear from us when it is there.",
      next_sending: "A courier takes it to the locker that you chose. Its recipient gets a code there.",
      short: "{number} is in the locker {where}. A courier comes for it.",
    },
    de: {
      subject: "Wir haben es: {number}",
      lead: "das Schließfach {station} hat {number} am {at} erfasst. Von jetzt an ist es in unserer Obhut.",
      next_return: "Ein Kurier bringt es zum Shop. Sie hören von uns, wenn es dort ist.",
      next_sending: "Ein Kurier bringt es zur Station, die Sie gewählt haben. Dort bekommt die Empfängerin oder der Empfänger einen Code.",
      short: "{number} liegt im Schließfach {where}. Ein Kurier holt es ab.",
    },
    et: {
      subject: "See on meie käes: {number}",
      lead: "pakiautomaat {station} võttis {number} vastu: {at}. Nüüdsest on see meie hoole all.",
      next_return: "Kuller viib selle poodi. Anname teada, kui see on kohal.",
      next_sending: "Kuller viib selle Teie valitud pakiautomaati. Saaja saab seal koodi.",
      short: "{number} on pakiautomaadis {where}. Kuller tuleb sellele järele.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { number: numberOf(about) }),
    blocks: [
      hello(say, about),
      { p: say("lead", { number: numberOf(about), station: about.place.name, at: say.time(about.at, about.place.timeZone) }) },
      { p: say(`next_${kindOf(about)}`) },
    ],
    short: (where) => say("short", { number: numberOf(about), where }),
    ...pageOf(about),
  }),
});

/** It has arrived where it was to go. */
export const returnReceived = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  example,
  words: {
    en: {
      subject: "It has arrived: {number}",
      lead_return: "your return {number} is with the shop. About your money ask the shop.",
      lead_sending: "your parcel {number} has been collected by its recipient.",
      short_return: "Your return {number} is with the shop.",
      short_sending: "Your parcel {number} has been collected.",
    },
    de: {
      subject: "Es ist angekommen: {number}",
      lead_return: "Ihre Rücksendung {number} ist beim Shop. Fragen zur Erstattung beantwortet der Shop.",
      lead_sending: "Ihre Sendung {number} wurde von der Empfängerin oder dem Empfänger abgeholt.",
      short_return: "Ihre Rücksendung {number} ist beim Shop.",
      short_sending: "Ihre Sendung {number} wurde abgeholt.",
    },
    et: {
      subject: "See on kohal: {number}",
      lead_return: "Teie tagastus {number} on poes. Raha kohta küsige poest.",
      lead_sending: "saaja on Teie saadetise {number} kätte saanud.",
      short_return: "Teie tagastus {number} on poes.",
      short_sending: "Teie saadetis {number} on kätte saadud.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { number: numberOf(about) }),
    blocks: [hello(say, about), { p: say(`lead_${kindOf(about)}`, { number: numberOf(about) }) }],
    short: () => say(`short_${kindOf(about)}`, { number: numberOf(about) }),
    ...pageOf(about),
  }),
});

/** Nothing comes of it: its time is over, somebody called it off, or what was put in is being looked for or comes back. `details.what` says which. */
export const returnOver = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  standBy: ["sms"],
  example: { ...example, what: "lapsed" },
  words: {
    en: {
      subject: "{number}: something has changed",
      lapsed: "nothing was put in for {number} in time. The compartment is free again and the code is dead. You can begin again.",
      cancelled: "{number} has been called off. The code is dead: please put nothing in.",
      station_gone: "the locker {station} is given up, and none near it has room for {number}. Please choose another one.",
      missing:
        "the courier did not find {number} in its compartment. Somebody looks for it, and we tell you what we find. You need do nothing.",
      undelivered: "{number} could not be handed to its recipient. The carrier has it for you; ask our support where to get it.",
      short: "Something has changed about {number}. See its page.",
    },
    de: {
      subject: "{number}: Etwas hat sich geändert",
      lapsed:
        "für {number} wurde rechtzeitig nichts eingelegt. Das Fach ist wieder frei, der Code gilt nicht mehr. Sie können neu beginnen.",
      cancelled: "{number} wurde abgesagt. Der Code gilt nicht mehr: Bitte legen Sie nichts ein.",
      station_gone: "die Station {station} wird aufgegeben, und keine in der Nähe hat Platz für {number}. Bitte wählen Sie eine andere.",
      missing:
        "der Kurier hat {number} nicht in seinem Fach gefunden. Wir suchen danach und sagen Ihnen, was wir finden. Sie müssen nichts tun.",
      undelivered:
        "{number} konnte nicht übergeben werden. Das Transportunternehmen hat es für Sie; unser Kundendienst sagt Ihnen, wo Sie es bekommen.",
      short: "Bei {number} hat sich etwas geändert. Siehe seine Seite.",
    },
    et: {
      subject: "{number}: midagi on muutunud",
      lapsed: "numbri {number} jaoks ei pandud õigel ajal midagi sisse. Kapp on jälle vaba ja kood ei kehti. Võite uuesti alustada.",
      cancelled: "{number} on tühistatud. Kood ei kehti: palun ärge pange midagi sisse.",
      station_gone: "pakiautomaat {station} suletakse ja lähedal ei ole numbrile {number} ruumi. Palun valige teine.",
      missing: "kuller ei leidnud saadetist {number} selle kapist. Me otsime seda ja anname teada. Teie ei pea midagi tegema.",
      undelivered: "saadetist {number} ei saanud üle anda. See on vedaja käes; meie klienditugi ütleb, kust selle saate.",
      short: "Midagi on muutunud: {number}. Vaadake selle lehte.",
    },
  },
  compose: (say, about) => {
    const what = about.details["what"] as "lapsed" | "cancelled" | "station_gone" | "missing" | "undelivered";
    return {
      subject: say("subject", { number: numberOf(about) }),
      blocks: [hello(say, about), { p: say(what, { number: numberOf(about), station: about.place.name }) }],
      short: () => say("short", { number: numberOf(about) }),
      ...pageOf(about),
    };
  },
});
