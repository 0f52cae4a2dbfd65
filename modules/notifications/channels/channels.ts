/** How messages leave. A channel that is null is not used. */
export interface Channels {
  /** The demo: every message stays here, in the local inbox, and nothing is sent. */
  readonly inbox: boolean;
  /** How people reach the product: the base of links in messages. */
  readonly publicUrl: string;
  readonly smtp: Smtp | null;
  readonly sms: SmsProvider | null;
  readonly push: WebPush | null;
}

/**
 * `url`: `smtp://user:password@host:587` or `smtps://…`. `from`: `Name <address>`. `bounces`: a mailbox that takes `name+anything@domain`; mails that
 * cannot be delivered come back there under a name that says which they were.
 */
export interface Smtp {
  readonly url: string;
  readonly from: string;
  readonly bounces?: string | null;
  /** The mail server has so long to answer, at each step. */
  readonly timeoutMs?: number;
}

/**
 * An HTTP provider of text messages. It receives `POST url` with `content-type: application/json`, `authorization: Bearer <token>` where a
 * token is set, `idempotency-key: <id>`, and the body `{ "id": "<uuid>", "to": "+37251234567", "text": "…", "receiptUrl": "…" }`. The same
 * message carries the same id however often it is tried. What became of it may be told by `POST receiptUrl` with `{ "state": "delivered" }` or `{ "state":
 * "bounced", "reason": "…" }`: the address is a secret of this message. Any 2xx within `timeoutMs` means that it took the message; 400, 404, 410, 413 and 422 that it
 * never will; everything else is tried again later. Redirects are not followed. For a provider with another body, put a small adapter between.
 */
export interface SmsProvider {
  readonly url: string;
  readonly token: string | null;
  readonly timeoutMs?: number;
}

/**
 * Web Push (RFC 8030, 8291, 8292). Keys as base64url, `subject` a mailto: or https: address of the operator. `services` are the hosts
 * to which messages may go: exact names, `*.name` for everything below, or a whole origin; others are refused at subscription.
 */
export interface WebPush {
  readonly publicKey: string;
  readonly privateKey: string;
  readonly subject: string;
  readonly services?: readonly string[];
}

/** A message as it leaves. `subject` and `html` where the channel has them; `qr` is what the QR code says. */
export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  readonly qr: string | null;
  /** Where a tap on the notification leads. */
  readonly link: string;
}
export interface Outgoing extends Content {
  readonly id: string;
  readonly to: string;
  readonly language: string;
  /** What providers call the message when they tell what became of it. */
  readonly token: string;
  readonly receiptUrl: string;
  /** Where one click ends messages of this kind (RFC 8058); null for those that have to be. */
  readonly fewerUrl: string | null;
}
