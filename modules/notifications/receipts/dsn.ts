/** What a delivery status notification says (RFC 3464), of the one recipient that a message of ours has. */
export interface Notification {
  readonly action: "failed" | "delayed" | "delivered" | "relayed" | "expanded";
  /** RFC 3463, e.g. 5.1.1: the address does not exist. */
  readonly status: string;
}

const unfolded = (headers: string): string => headers.replace(/\n[ \t]+/g, " ");
const field = (headers: string, name: string): string | undefined => new RegExp(`^${name}:[ \\t]*(.*)$`, "im").exec(headers)?.[1]?.trim();

/** Reads a mail that came back; null for one that is no notification: an answer that a machine sends during holidays, or junk. */
export function readNotification(mail: string): Notification | null {
  const text = mail.replaceAll("\r\n", "\n");
  const headers = unfolded(text.split("\n\n", 1)[0]!);
  const type = field(headers, "content-type") ?? "";
  if (!/^multipart\/report\b/i.test(type) || !/report-type="?delivery-status\b/i.test(type)) return null;
  const boundary = /\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(type);
  if (!boundary) return null;
  const parts = text.split(`\n--${boundary[1] ?? boundary[2]!}`);
  const status = parts.find((part) =>
    /^[\s\S]{0,500}?content-type:[ \t]*message\/(?:global-)?delivery-status\b/i.test(part.split("\n\n", 1)[0]!),
  );
  if (status === undefined) return null;
  // The part's own headers, then a block about the message, then one per recipient.
  const recipient = unfolded(status)
    .split(/\n\n+/)
    .slice(1)
    .find((block) => field(block, "action") !== undefined);
  const action = recipient === undefined ? undefined : /^\w+/.exec(field(recipient, "action")!)?.[0]?.toLowerCase();
  if (!isAction(action)) return null;
  return { action, status: /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(field(recipient!, "status") ?? "")?.[0] ?? "" };
}

const actions = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
const isAction = (text: string | undefined): text is Notification["action"] => (actions as readonly unknown[]).includes(text);

/** The token in the address to which a mail came back, wherever the server on the way wrote it. */
export function tokenIn(mail: string): string | null {
  const headers = unfolded(mail.replaceAll("\r\n", "\n").split("\n\n", 1)[0]!);
  for (const name of ["x-original-to", "delivered-to", "envelope-to", "to"]) {
    const [, token] = /\+([0-9a-f]{52})@/i.exec(field(headers, name) ?? "") ?? [];
    if (token) return token.toLowerCase();
  }
  return null;
}
