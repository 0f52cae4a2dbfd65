import type { Words } from "@pigeonhole/ui/say";

const en = {
  "inbox.title": "Inbox of the demonstration",
  "inbox.about":
    "Nothing is really sent here: every e-mail, text message and push message of the invented town arrives on this page, newest first.",
  "inbox.to": "Only messages to",
  "inbox.for": "to {to}",
  "inbox.none": "No messages yet",
  "inbox.none_body": "Ask for a sign-in code, or let a courier bring a parcel: the message appears here by itself.",
  "inbox.qr": "QR code for the locker",
  "channel.email": "E-mail",
  "channel.sms": "Text message",
  "channel.push": "Push",
} as const;

/** The words of the demonstration's inbox. */
export const words: Words<typeof en> = {
  en,
  de: {
    "inbox.title": "Posteingang der Vorführung",
    "inbox.about":
      "Hier wird nichts wirklich verschickt: Jede E-Mail, SMS und Push-Nachricht der erfundenen Stadt kommt auf dieser Seite an, die neueste zuerst.",
    "inbox.to": "Nur Nachrichten an",
    "inbox.for": "an {to}",
    "inbox.none": "Noch keine Nachrichten",
    "inbox.none_body":
      "Fordern Sie einen Anmeldecode an, oder lassen Sie einen Kurier ein Paket bringen: Die Nachricht erscheint hier von selbst.",
    "inbox.qr": "QR-Code für das Schließfach",
    "channel.email": "E-Mail",
    "channel.sms": "SMS",
    "channel.push": "Push",
  },
};
