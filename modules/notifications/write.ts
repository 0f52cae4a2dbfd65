import type { Content } from "./channels/channels.ts";
import { qrCid } from "./channels/email.ts";
import type { Channel } from "./domain.ts";
import { speak, type Say } from "./words/words.ts";

export interface Place {
  readonly name: string;
  readonly address: string | null;
  readonly lat: number;
  readonly lon: number;
  readonly timeZone: string;
  readonly supportPhone: string | null;
}

/** What a message is about, with everything it says. */
export type Matter =
  | { readonly template: "sign_in_code"; readonly code: string; readonly minutesLeft: number }
  | {
      readonly template: "pickup_ready" | "code_reissued";
      readonly parcel: string;
      readonly name: string;
      readonly number: string;
      readonly code: string;
      readonly qr: string;
      readonly expiresAt: Date;
      readonly place: Place;
    }
  | {
      readonly template: "collected";
      readonly parcel: string;
      readonly name: string;
      readonly number: string;
      readonly at: Date;
      readonly place: Place;
    }
  | {
      readonly template: "window_extended";
      readonly parcel: string;
      readonly name: string;
      readonly number: string;
      readonly expiresAt: Date;
      readonly place: Place;
    }
  | {
      readonly template: "moved";
      readonly parcel: string;
      readonly name: string;
      readonly number: string;
      /** Name of the station to which it was to go. */
      readonly former: string;
      readonly place: Place;
    }
  | {
      readonly template: "station_gone";
      readonly parcel: string;
      readonly name: string;
      readonly number: string;
      /** The one that was given up. */
      readonly place: Place;
    };

/** As people compare it by eye: groups of four, three where that divides better. */
export const grouped = (digits: string): string => digits.match(digits.length % 4 === 0 ? /.{1,4}/g : /.{1,3}/g)?.join(" ") ?? digits;
/** Subjects and text messages are one line, whatever a name contains. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
/** A route on foot from wherever the reader is; opened only when the reader follows it. */
const directionsTo = ({ lat, lon }: Place): string =>
  `https://www.openstreetmap.org/directions?engine=fossgis_osrm_foot&route=%3B${lat}%2C${lon}`;

type Block =
  | { readonly p: string }
  | { readonly code: string; readonly label: string }
  | { readonly qr: string }
  | { readonly link: string; readonly label: string };

const textOf = (blocks: readonly Block[]): string =>
  blocks
    .flatMap((block) => {
      if ("p" in block) return [block.p];
      if ("code" in block) return [`${block.label}: ${block.code}`];
      if ("link" in block) return [`${block.label}: ${block.link}`];
      return [];
    })
    .join("\n\n") + "\n";

/** Nothing is loaded from anywhere: no remote image, style or script; the QR code travels with the message. */
function htmlOf(say: Say, title: string, blocks: readonly Block[]): string {
  const body = blocks
    .map((block) => {
      if ("p" in block) return `<p style="margin:0 0 16px">${escape(block.p).replaceAll("\n", "<br>")}</p>`;
      if ("code" in block)
        return `<p style="margin:0 0 4px;color:#52606d">${escape(block.label)}</p><p style="margin:0 0 16px;font:700 34px/1.2 ui-monospace,Consolas,monospace;letter-spacing:2px">${escape(block.code)}</p>`;
      if ("link" in block)
        return `<p style="margin:0 0 16px"><a href="${escape(block.link)}" style="color:#0b5cad">${escape(block.label)}</a></p>`;
      return `<p style="margin:0 0 16px"><img src="cid:${qrCid}" width="240" height="240" alt="${escape(block.qr)}" style="display:block;background:#ffffff"></p>`;
    })
    .join("\n");
  return `<!doctype html>\n<html lang="${say.language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${escape(title)}</title></head>\n<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:520px;margin:0 auto">\n${body}\n</div></body></html>\n`;
}

/** Writes a message in the reader's language, for one channel. Text messages and notifications are one sentence, mails the whole. */
export function write(matter: Matter, channel: Channel, language: string, publicUrl: string): Content {
  const say = speak(language);
  const { subject, blocks, short, link, qr } = compose(say, matter, publicUrl.replace(/\/$/, ""));
  return {
    subject: oneLine(subject),
    text: channel === "email" ? textOf(blocks) : oneLine(short),
    html: channel === "email" ? htmlOf(say, subject, blocks) : null,
    qr: channel === "email" ? qr : null,
    link,
  };
}

interface Composed {
  readonly subject: string;
  readonly blocks: readonly Block[];
  readonly short: string;
  readonly link: string;
  readonly qr: string | null;
}

function compose(say: Say, matter: Matter, base: string): Composed {
  if (matter.template === "sign_in_code") {
    const blocks = [
      { p: say("sign_in.lead") },
      { code: grouped(matter.code), label: say("code") },
      { p: say("sign_in.valid", { minutes: String(matter.minutesLeft) }) },
      { p: say("sign_in.not_you") },
    ];
    return { subject: say("sign_in.subject"), blocks, short: `${say("code")}: ${grouped(matter.code)}`, link: `${base}/sign-in`, qr: null };
  }
  const { place, name } = matter;
  const number = grouped(matter.number);
  const link = `${base}/parcels/${matter.parcel}`;
  const where = [place.name, place.address].filter(Boolean).join(", ");
  const ending: Block[] = [
    { link, label: say("page") },
    ...(place.supportPhone ? [{ p: say("phone", { phone: place.supportPhone }) }] : []),
    { p: say("footer") },
  ];
  if (matter.template === "collected") {
    const lead = say("collected.lead", { number, at: say.time(matter.at, place.timeZone) });
    const blocks = [{ p: say("hello", { name }) }, { p: lead }, { p: where }, { p: say("collected.not_you") }, ...ending];
    return { subject: say("collected.subject", { station: place.name }), blocks, short: `${lead} ${where}`, link, qr: null };
  }
  if (matter.template === "window_extended") {
    const until = say.time(matter.expiresAt, place.timeZone);
    const lead = say("extended.lead", { number });
    const blocks = [
      { p: say("hello", { name }) },
      { p: lead },
      { p: say("until", { until }) },
      { p: `${say("where")}: ${where}` },
      ...ending,
    ];
    return {
      subject: say("extended.subject", { station: place.name }),
      blocks,
      short: `${lead} ${say("until", { until })} ${where}`,
      link,
      qr: null,
    };
  }
  if (matter.template === "moved") {
    const lead = say("moved.lead", { number, former: matter.former });
    const blocks: Block[] = [
      { p: say("hello", { name }) },
      { p: lead },
      { p: `${say("moved.where")}: ${where}` },
      { link: directionsTo(place), label: say("directions") },
      { p: say("moved.then") },
      ...ending,
    ];
    const short = say("short.moved", { number, former: matter.former, place: where });
    return { subject: say("moved.subject", { station: place.name }), blocks, short, link, qr: null };
  }
  if (matter.template === "station_gone") {
    const lead = say("gone.lead", { number, station: place.name });
    const blocks = [{ p: say("hello", { name }) }, { p: lead }, { p: say("gone.then") }, ...ending];
    return { subject: say("gone.subject", { station: place.name }), blocks, short: `${lead} ${say("gone.then")}`, link, qr: null };
  }
  const [kind, short] =
    matter.template === "pickup_ready" ? (["ready", "short.ready"] as const) : (["reissued", "short.reissued"] as const);
  const code = grouped(matter.code);
  const until = say.time(matter.expiresAt, place.timeZone);
  const blocks: Block[] = [
    { p: say("hello", { name }) },
    { p: say(`${kind}.lead`, { number }) },
    { code, label: say("code") },
    { p: say("how") },
    { qr: say("qr") },
    { p: say("until", { until }) },
    { p: `${say("where")}: ${where}` },
    { link: directionsTo(place), label: say("directions") },
    ...ending,
  ];
  return {
    subject: say(`${kind}.subject`, { station: place.name }),
    blocks,
    short: say(short, { number, place: where, code, until }),
    link,
    qr: matter.qr,
  };
}
