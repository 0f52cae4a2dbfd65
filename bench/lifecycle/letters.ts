// Where mails and text messages really arrive: a mail server, and an HTTP provider of text messages.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { eventually } from "@pigeonhole/world/ask";
import { SMTPServer } from "smtp-server";

/** A letter as its reader has it. */
interface Letter {
  readonly subject: string;
  readonly text: string;
}
/** As mails say it, in English. */
const codeIn = /Your code: (\d{4}) (\d{4})/;
const grouped = (number: string): string => number.match(/.{1,4}/g)!.join(" ");
/** Codes that are asked for with less than this between them come from one look. Milliseconds. */
const lookEveryMs = 50;

export async function openLetterbox() {
  const mails = new Map<string, Letter[]>();
  const texts = new Map<string, string[]>();
  const seen = new Map<string, number>();
  let repeated = 0;
  let count = 0;
  /** The same words to the same reader a second time are one too many: each message names its parcel, its place and its time. */
  const note = (words: string): void => {
    // Links name the very message.
    const key = words.replaceAll(/https?:\S+/g, "…");
    count++;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (seen.get(key)! > 1) repeated++;
  };
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS", "AUTH"],
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = [];
      stream
        .on("data", (part: Buffer) => parts.push(part))
        .on("end", () => {
          const letter = read(Buffer.concat(parts).toString());
          for (const { address } of envelope.rcptTo) {
            mails.set(address, [...(mails.get(address) ?? []), letter]);
            // A sign-in code says nothing but itself: two that are alike are chance.
            if (!/\b\d{3} \d{3}\b/.test(letter.subject + letter.text.slice(0, 200))) note(`${address}\n${letter.subject}\n${letter.text}`);
          }
          done();
        });
    },
  });
  smtp.on("error", () => undefined);
  await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", resolve));
  const provider = createServer((request, response) => {
    const parts: Buffer[] = [];
    request
      .on("data", (part: Buffer) => parts.push(part))
      .on("end", () => {
        const { to, text } = JSON.parse(Buffer.concat(parts).toString()) as { to: string; text: string };
        texts.set(to, [...(texts.get(to) ?? []), text]);
        note(`${to}\n${text}`);
        response.writeHead(201).end();
      });
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  return {
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    smsUrl: `http://127.0.0.1:${portOf(provider)}/`,
    /** The newest code for a parcel in the mails of this reader, once it is another than `before`. */
    code: (to: string, number: string, before?: string): Promise<string> =>
      eventually(
        `a code for ${to} and parcel ${number}`,
        async () => {
          const about = (mails.get(to) ?? []).filter(({ text, subject }) => (subject + text).includes(grouped(number)));
          const code = about.flatMap(({ text }) => codeIn.exec(text)?.slice(1).join("") ?? []).at(-1);
          return code === before ? undefined : code;
        },
        { forMs: 60_000, everyMs: lookEveryMs },
      ),
    signInCode: (to: string, after: number): Promise<string> =>
      eventually(
        `a sign-in code for ${to}`,
        async () => {
          const found = (mails.get(to) ?? []).slice(after).findLast(({ text }) => /\b\d{3} ?\d{3}\b/.test(text));
          return found && /\b(\d{3}) ?(\d{3})\b/.exec(found.text)!.slice(1).join("");
        },
        { forMs: 30_000, everyMs: lookEveryMs },
      ),
    countOf: (to: string): number => mails.get(to)?.length ?? 0,
    figures: () => ({ messages: count, duplicateNotifications: repeated }),
    repeats: (): readonly string[] => [...seen].filter(([, times]) => times > 1).map(([key, times]) => `${times} times: ${key}`),
    stop: async (): Promise<void> => {
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
      provider.closeAllConnections();
      await new Promise<void>((resolve) => provider.close(() => resolve()));
    },
  };
}
export type Letterbox = Awaited<ReturnType<typeof openLetterbox>>;

/** The subject and the plain text of a mail with several parts. */
function read(raw: string): Letter {
  const subject = /^Subject: (.*(?:\r?\n[ \t].*)*)/im.exec(raw)?.[1]?.replaceAll(/\r?\n[ \t]+/g, " ") ?? "";
  const part = /Content-Type: text\/plain[^]*?\r?\n\r?\n([^]*?)\r?\n--/i.exec(raw);
  const isQuoted = /quoted-printable/i.test(part?.[0].slice(0, 200) ?? "");
  const text = part?.[1] ?? raw;
  return { subject, text: isQuoted ? unquote(text) : text };
}
const unquote = (text: string): string =>
  Buffer.from(
    text.replaceAll(/=\r?\n/g, "").replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");
