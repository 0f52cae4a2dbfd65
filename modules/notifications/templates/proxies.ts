import { hello, wayThere } from "./parts.ts";
import { template } from "./template.ts";

// Somebody else collects (N7): what its owner hears, and what the one hears whose address the owner gave.

/** Somebody may collect the parcel from now on: its owner hears of it, whoever of theirs named them. */
export const proxyNamed = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  example: { who: "Ben" },
  words: {
    en: {
      subject: "Somebody else may collect your parcel: {station}",
      lead: "{who} may collect your parcel {number} from now on, with a code and a link of their own. Your own code works as before; whoever comes first collects it.",
      after: "On your parcel's page you can take this back at any time. If nobody of yours asked for this, please do so and tell us.",
      short: "{who} may collect parcel {number} at {where}, with a code of their own. You can take this back on its page.",
    },
    de: {
      subject: "Jemand anders darf Ihr Paket abholen: {station}",
      lead: "{who} darf Ihr Paket {number} von jetzt an abholen, mit eigenem Code und Link. Ihr Code gilt weiter; wer zuerst kommt, holt es ab.",
      after:
        "Auf der Seite Ihres Pakets können Sie das jederzeit zurücknehmen. Wenn das niemand von Ihnen gewünscht hat, tun Sie das bitte und sagen Sie uns Bescheid.",
      short: "{who} darf Paket {number} mit eigenem Code abholen: {where}. Auf seiner Seite können Sie das zurücknehmen.",
    },
    et: {
      subject: "Keegi teine tohib Teie paki välja võtta: {station}",
      lead: "{who} tohib Teie paki {number} nüüdsest välja võtta, oma koodi ja lingiga. Teie kood kehtib edasi; paki saab see, kes tuleb esimesena.",
      after: "Paki lehel saate selle igal ajal tagasi võtta. Kui keegi Teie poolt seda ei soovinud, tehke seda ja andke meile teada.",
      short: "{who} tohib paki {number} oma koodiga välja võtta: {where}. Paki lehel saate selle tagasi võtta.",
    },
  },
  compose: (say, about) => {
    const who = about.details["who"]!;
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [hello(say, about), { p: say("lead", { who, number: about.number }) }, { p: about.where }, { p: say("after") }],
      short: (where) => say("short", { who, number: about.number, where }),
    };
  },
});

/** It was taken back. */
export const proxyRevoked = template({
  kind: "news",
  asks: "nothing",
  atOnce: ["email", "push"],
  example: { who: "Ben" },
  words: {
    en: {
      subject: "Nobody else may collect your parcel with that link any more: {station}",
      lead: "{who} may no longer collect your parcel {number}: their code and their link are dead. Your own code works as before.",
      short: "{who} may no longer collect parcel {number} at {where}. Your own code works as before.",
    },
    de: {
      subject: "Mit diesem Link darf niemand mehr Ihr Paket abholen: {station}",
      lead: "{who} darf Ihr Paket {number} nicht mehr abholen: Code und Link gelten nicht mehr. Ihr eigener Code gilt weiter.",
      short: "{who} darf Paket {number} nicht mehr abholen: {where}. Ihr eigener Code gilt weiter.",
    },
    et: {
      subject: "Selle lingiga ei saa enam keegi Teie pakki välja võtta: {station}",
      lead: "{who} ei tohi enam Teie pakki {number} välja võtta: kood ja link ei kehti. Teie enda kood kehtib edasi.",
      short: "{who} ei tohi enam pakki {number} välja võtta: {where}. Teie enda kood kehtib edasi.",
    },
  },
  compose: (say, about) => {
    const who = about.details["who"]!;
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [hello(say, about), { p: say("lead", { who, number: about.number }) }, { p: about.where }],
      short: (where) => say("short", { who, number: about.number, where }),
    };
  },
});

/** To the one who may collect: where, and the link to their own code. Nothing of the owner, nothing of other parcels. */
export const proxyInvited = template({
  kind: "code",
  reader: "proxy",
  asks: "nothing",
  atOnce: ["email"],
  example: { token: `php_${"A".repeat(43)}` },
  words: {
    en: {
      subject: "You may collect a parcel for somebody: {station}",
      lead: "somebody who trusts you asks you to collect a parcel for them.",
      how: "Your own code appears on this page as soon as the parcel is in the locker. Whoever has this link can collect it: hand it to nobody else.",
      page: "Your code, and the way there",
      short: "You may collect a parcel for somebody: {where}. Your code is on this page.",
    },
    de: {
      subject: "Sie dürfen ein Paket für jemanden abholen: {station}",
      lead: "jemand, der Ihnen vertraut, bittet Sie, ein Paket abzuholen.",
      how: "Ihr eigener Code erscheint auf dieser Seite, sobald das Paket im Schließfach liegt. Wer diesen Link hat, kann es abholen: Geben Sie ihn niemandem sonst.",
      page: "Ihr Code und der Weg dorthin",
      short: "Sie dürfen ein Paket für jemanden abholen: {where}. Ihr Code steht auf dieser Seite.",
    },
    et: {
      subject: "Tohite kellegi eest paki välja võtta: {station}",
      lead: "keegi, kes Teid usaldab, palub Teil paki välja võtta.",
      how: "Teie enda kood ilmub sellele lehele, kui pakk on pakiautomaadis. Kellel on see link, saab paki välja võtta: ärge andke seda kellelegi teisele.",
      page: "Teie kood ja tee sinna",
      short: "Tohite kellegi eest paki välja võtta: {where}. Kood on sellel lehel.",
    },
  },
  compose: (say, about) => {
    const path = `/collect#${about.details["token"]!}`;
    return {
      subject: say("subject", { station: about.place.name }),
      blocks: [hello(say, about), { p: say("lead") }, ...wayThere(say, about), { p: say("how") }, { link: path, label: say("page") }],
      short: (where) => say("short", { where }),
      path,
    };
  },
});

/** The owner has changed their mind. */
export const proxyDismissed = template({
  kind: "news",
  reader: "proxy",
  asks: "nothing",
  atOnce: ["email"],
  words: {
    en: {
      subject: "You need not collect that parcel any more: {station}",
      lead: "whoever asked you to collect a parcel here has taken it back. Your code and your link no longer work; there is nothing more to do.",
      short: "You need not collect the parcel at {where} any more: your code no longer works.",
    },
    de: {
      subject: "Sie brauchen das Paket nicht mehr abzuholen: {station}",
      lead: "wer Sie gebeten hat, hier ein Paket abzuholen, hat das zurückgenommen. Ihr Code und Ihr Link gelten nicht mehr; es gibt nichts weiter zu tun.",
      short: "Sie brauchen das Paket nicht mehr abzuholen: {where}. Ihr Code gilt nicht mehr.",
    },
    et: {
      subject: "Te ei pea seda pakki enam välja võtma: {station}",
      lead: "see, kes palus Teil siit paki välja võtta, on oma palve tagasi võtnud. Kood ja link enam ei kehti; midagi rohkem teha ei ole vaja.",
      short: "Te ei pea enam pakki välja võtma: {where}. Teie kood enam ei kehti.",
    },
  },
  compose: (say, about) => ({
    subject: say("subject", { station: about.place.name }),
    blocks: [hello(say, about), { p: say("lead") }, { p: about.where }],
    short: (where) => say("short", { where }),
    path: "/",
  }),
});
