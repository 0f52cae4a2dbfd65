import { qrCid } from "../channels/email.ts";
import type { Block } from "../templates/template.ts";

const escape = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** The blocks as plain text, in their order. The QR code is in the HTML alone; whoever reads this types the code. */
export const textOf = (blocks: readonly Block[]): string =>
  blocks
    .flatMap((block) => {
      if ("p" in block) return [block.p];
      if ("code" in block) return [`${block.label}: ${block.code}`];
      if ("link" in block) return [`${block.label}: ${block.link}`];
      return [];
    })
    .join("\n\n") + "\n";

function htmlBlock(block: Block): string {
  if ("p" in block) return `<p dir="auto" style="margin:0 0 16px">${escape(block.p).replaceAll("\n", "<br>")}</p>`;
  if ("code" in block)
    return `<p style="margin:0 0 16px">${escape(block.label)}:<br><b style="font:700 34px/1.2 ui-monospace,Consolas,monospace;letter-spacing:2px">${escape(block.code)}</b></p>`;
  if ("link" in block)
    return `<p style="margin:0 0 16px"><a href="${escape(block.link)}" style="color:inherit;text-decoration:underline">${escape(block.label)}</a></p>`;
  // Always dark on light: scanners expect it, whatever the mail program makes of the rest.
  return `<p style="margin:0 0 16px"><img src="cid:${qrCid}" width="240" height="240" alt="${escape(block.label)}" style="display:block;background:#ffffff"></p>`;
}

/**
 * The blocks as a page that loads nothing from anywhere: no image, style, font or script; the QR code travels with the message. No colour is set,
 * so that a mail program's dark theme reads as well as its light one.
 */
export const htmlOf = (language: string, title: string, blocks: readonly Block[]): string =>
  `<!doctype html>\n<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escape(title)}</title></head>\n<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:520px;margin:0 auto">\n${blocks.map(htmlBlock).join("\n")}\n</div></body></html>\n`;
