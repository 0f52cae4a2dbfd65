import type { Words } from "@pigeonhole/ui/say";

const en = {
  "push.offer": "Tell me on this device",
  "push.on": "This device is told when something happens.",
  "push.stop": "Not any more",
  "push.demo": "In this demonstration nothing is really sent: the message appears in the inbox.",
  "push.denied": "Your browser does not allow notifications from this page",
  "push.denied_body": "You can allow them in the browser's settings. We write to you by e-mail in any case.",
  "push.unavailable": "This browser cannot be reached by notifications",
  "push.unavailable_body": "It has no service for them, or cannot reach it just now. We write to you by e-mail in any case.",
} as const;

/** The words of notifications on this device. */
export const words: Words<typeof en> = {
  en,
  de: {
    "push.offer": "Auf diesem Gerät Bescheid geben",
    "push.on": "Auf diesem Gerät kommt eine Nachricht, sobald etwas geschieht.",
    "push.stop": "Nicht mehr",
    "push.demo": "In dieser Vorführung wird nichts wirklich verschickt: Die Nachricht erscheint im Posteingang.",
    "push.denied": "Ihr Browser erlaubt dieser Seite keine Nachrichten",
    "push.denied_body": "Sie können sie in den Einstellungen des Browsers erlauben. Per E-Mail schreiben wir Ihnen auf jeden Fall.",
    "push.unavailable": "Dieser Browser ist für Nachrichten nicht erreichbar",
    "push.unavailable_body": "Er hat keinen Dienst dafür oder erreicht ihn gerade nicht. Per E-Mail schreiben wir Ihnen auf jeden Fall.",
  },
};
