import type { Content } from "../channels/channels.ts";
import type { TemplateName } from "../contract.ts";
import type { Channel } from "../domain.ts";
import { templates } from "../templates/all.ts";
import type { About, AboutSignIn, Block } from "../templates/template.ts";
import { fitted } from "./gsm.ts";
import { htmlOf, textOf } from "./page.ts";
import { speak, type Say } from "./say.ts";

/** Subjects and text messages are one line, whatever a name contains. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();

interface Letter {
  /** Of the message: its link says that it was this one that was opened. */
  readonly id: string;
  readonly template: TemplateName;
  readonly about: About | AboutSignIn;
  readonly channel: Channel;
  /** Of the reader; one in which nothing is written is answered in English. */
  readonly language: string;
  /** How people reach the product. */
  readonly publicUrl: string;
  /** The right to end messages of this kind by one click; null for those that have to be. */
  readonly fewer: string | null;
}

/** Writes a message in the reader's language, for one channel. */
export function write({ id, template, about, channel, language, publicUrl, fewer }: Letter): Content {
  const { words, compose, reader } = templates[template];
  const say = speak(language, words);
  const { subject, blocks, short, path } = compose(say, about);
  const base = publicUrl.replace(/\/$/, "");
  const place = "place" in about ? about.place.name : "";
  const link = `${base}${path ?? ("parcel" in about && about.parcel !== null ? `/parcels/${about.parcel}?m=${id}` : "/parcels")}`;
  const content = { subject: oneLine(subject), link };
  if (channel === "email") {
    const whole =
      "place" in about
        ? [
            ...blocks.map((block) => ("link" in block && block.link.startsWith("/") ? { ...block, link: base + block.link } : block)),
            ...(reader === "recipient" ? ending(say, about, link) : []),
            ...(fewer === null ? [] : [{ link: `${base}/messages?fewer=${fewer}`, label: say("fewer") }]),
          ]
        : blocks;
    return {
      ...content,
      text: textOf(whole),
      html: htmlOf(say.language, subject, whole),
      qr: "qr" in about ? (about.qr as string) : null,
    };
  }
  const where = "where" in about ? oneLine(about.where) : "";
  const text = channel === "sms" ? fitted((at) => oneLine(short(at)), where, oneLine(place)) : oneLine(short(where));
  return { ...content, text, html: null, qr: null };
}

const ending = (say: Say<never>, { place }: About, link: string): Block[] => [
  { link, label: say("page") },
  ...(place.supportPhone ? [{ p: say("phone", { phone: place.supportPhone }) }] : []),
  { p: say("footer") },
];
