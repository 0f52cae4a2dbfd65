import { PassThrough } from "node:stream";
import { createTransport } from "nodemailer";
import { away, failed, hopeless, sent, unknown, type Outcome } from "../domain.ts";
import { qrPng } from "../qr-png.ts";
import type { Outgoing, Smtp } from "./channels.ts";

/** The mail server has so long to answer, at each step. Milliseconds. */
const usualTimeoutMs = 15_000;
/** The image that the HTML part shows: attached to the message, since mail programs load nothing from elsewhere. */
export const qrCid = "qr@pigeonhole";

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** One refused these for itself; everything else that is refused would be refused to all. */
const ofMessage = /^(RCPT TO|DATA)$/;

/**
 * Sends through SMTP, one connection per message. The Message-ID is the message's own id: sent twice, it is recognisably one (RFC 5322 §3.6.4),
 * and mail programs and servers show it once. Where the connection ends after the whole mail was handed over and before the answer, nobody
 * knows whether it was taken (RFC 1047): `unknown`.
 */
export function emailSender({ url, from, bounces = null, timeoutMs = usualTimeoutMs }: Smtp): (message: Outgoing) => Promise<Outcome> {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const handedOver = new Set<string>();
  transport.use("stream", (mail, done) => {
    const id = mail.data.messageId as string;
    mail.message.processFunc((input) => {
      const through = new PassThrough();
      through.once("end", () => handedOver.add(id));
      return input.pipe(through);
    });
    done();
  });
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? "pigeonhole.invalid";
  return async ({ id, to, subject, text, html, qr, language, token, fewerUrl }) => {
    const messageId = `<${id}@${domain}>`;
    try {
      await transport.sendMail({
        from,
        to,
        subject,
        text,
        messageId,
        // Where it goes back to, if it cannot be delivered: an address that says which message it was (VERP), asked for where servers offer it (RFC 3461).
        ...(bounces === null
          ? {}
          : { envelope: { from: bounces.replace("@", `+${token}@`), to }, dsn: { id: token, return: "headers", notify: "failure" } }),
        headers: {
          "Auto-Submitted": "auto-generated",
          "Content-Language": language,
          ...(fewerUrl === null
            ? {}
            : { "List-Unsubscribe": { prepared: true, value: `<${fewerUrl}>` }, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" }),
        },
        ...(html === null ? {} : { html }),
        ...(qr === null
          ? {}
          : {
              attachments: [
                { filename: "code.png", content: qrPng(qr), contentType: "image/png", cid: qrCid, contentDisposition: "inline" as const },
              ],
            }),
      });
      return sent;
    } catch (error) {
      // Only codes are kept: what the server says may repeat the address.
      const { code = "unknown", responseCode, command = "connect" } = error as SmtpError;
      if (responseCode === undefined)
        return handedOver.has(messageId)
          ? unknown(`the mail server took the mail and did not say so (${code})`)
          : away(`the mail server could not be reached (${code})`);
      const refused = `the mail server answered ${responseCode} to ${command}`;
      // 421: it closes, whatever was asked.
      if (!ofMessage.test(command) || responseCode === 421) return away(refused);
      return responseCode >= 500 ? hopeless(refused) : failed(refused);
    } finally {
      handedOver.delete(messageId);
    }
  };
}
