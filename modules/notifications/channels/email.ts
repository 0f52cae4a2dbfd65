import { createTransport } from "nodemailer";
import { failed, hopeless, sent, type Outcome } from "../domain.ts";
import { qrPng } from "../qr-png.ts";
import type { Outgoing, Smtp } from "./channels.ts";

/** The mail server has so long to answer, at each step. Milliseconds. */
const timeoutMs = 15_000;
/** The image that the HTML part shows: attached to the message, since mail programs load nothing from elsewhere. */
export const qrCid = "qr@pigeonhole";

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** Sends through SMTP, one connection per message. The Message-ID is the message's own id: sent twice after a crash, it is recognisably one. */
export function emailSender({ url, from }: Smtp): (message: Outgoing) => Promise<Outcome> {
  const transport = createTransport({
    url,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? "pigeonhole.invalid";
  return async ({ id, to, subject, text, html, qr, language }) => {
    try {
      await transport.sendMail({
        from,
        to,
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        headers: { "Auto-Submitted": "auto-generated", "Content-Language": language },
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
      if (responseCode === undefined) return failed(`the mail server could not be reached (${code})`);
      const refused = `the mail server answered ${responseCode} to ${command}`;
      return responseCode >= 500 && (code === "EENVELOPE" || code === "EMESSAGE") ? hopeless(refused) : failed(refused);
    }
  };
}
