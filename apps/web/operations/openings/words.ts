import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: { one: "{count} door waits for a second person", other: "{count} doors wait for a second person" },
  about: "Staff open a door only when another person approves. Its owner is told, and it is on record who and why.",
  none: "No door waits to be opened",
  door: "{station}, door {door}",
  inside: "a parcel inside",
  empty: "empty, as far as is known",
  asked_by_you: "Asked by you {when}",
  asked: "Asked by {who} {when}",
  until: "to be approved {when}",
  approve: "Open it",
  refuse: "Refuse",
  own: "Another person has to approve it.",
  support_only: "Support and administrators approve.",
  "approve.title": "Open door {door}?",
  "approve.body":
    "The door opens at once, at {station}: {reason}. You and whoever asked stand in the record, in the station's log too. If a parcel is inside, its owner is told.",
  "refuse.title": "Refuse to open door {door}",
  "refuse.body": "The door stays shut. Whoever asked reads why.",
  cancel: "Not now",
  "outcome.opened": "Door {door} is open. Look, and close it.",
  "outcome.refused": "The station refused: {reason}. Door {door} stayed shut.",
  "outcome.unknown": "Nobody knows whether door {door} opened. Somebody at the station has to look.",
  "outcome.unreachable": "The station cannot be reached. Nothing was opened; ask again when it is there.",
  "outcome.waiting": "Door {door} was approved, and the station has not answered yet.",
  ask: "Have it opened by staff",
  "ask.title": "Ask to open door {door}",
  "ask.body":
    "Nothing opens yet: another person in support or administration has {minutes} minutes to approve it under Tasks. If a parcel is inside, its owner is told when the door opens.",
  "ask.verb": "Ask a colleague",
} as const;

/** Doors that staff open. */
export const words: Words<typeof en> = {
  en,
  de: {
    title: { one: "{count} Tür wartet auf eine zweite Person", other: "{count} Türen warten auf eine zweite Person" },
    about:
      "Eine Tür wird vom Betreiber nur geöffnet, wenn eine weitere Person zustimmt. Wem das Paket gehört, erfährt davon; wer und warum, ist festgehalten.",
    none: "Keine Tür wartet darauf, geöffnet zu werden",
    door: "{station}, Fach {door}",
    inside: "mit einem Paket",
    empty: "leer, soweit bekannt",
    asked_by_you: "Von Ihnen erbeten, {when}",
    asked: "Erbeten von {who}, {when}",
    until: "zuzustimmen {when}",
    approve: "Öffnen",
    refuse: "Ablehnen",
    own: "Eine andere Person muss zustimmen.",
    support_only: "Support und Administration stimmen zu.",
    "approve.title": "Fach {door} öffnen?",
    "approve.body":
      "Die Tür geht sofort auf, an der Station {station}: {reason}. Sie und wer darum gebeten hat stehen im Protokoll, auch in dem der Station. Liegt ein Paket darin, wird benachrichtigt, wem es gehört.",
    "refuse.title": "Öffnen von Fach {door} ablehnen",
    "refuse.body": "Die Tür bleibt zu. Wer darum gebeten hat, liest den Grund.",
    cancel: "Jetzt nicht",
    "outcome.opened": "Fach {door} ist offen. Sehen Sie nach und schließen Sie es.",
    "outcome.refused": "Die Station hat abgelehnt: {reason}. Fach {door} blieb zu.",
    "outcome.unknown": "Ob Fach {door} aufging, weiß niemand. Jemand an der Station muss nachsehen.",
    "outcome.unreachable": "Die Station ist nicht erreichbar. Es wurde nichts geöffnet; bitten Sie noch einmal, wenn sie wieder da ist.",
    "outcome.waiting": "Dem Öffnen von Fach {door} ist zugestimmt, und die Station hat noch nicht geantwortet.",
    ask: "Vom Betreiber öffnen lassen",
    "ask.title": "Um Öffnen von Fach {door} bitten",
    "ask.body":
      "Noch geht nichts auf: Eine weitere Person in Support oder Administration hat {minutes} Minuten, um unter Aufgaben zuzustimmen. Liegt ein Paket darin, wird beim Öffnen benachrichtigt, wem es gehört.",
    "ask.verb": "Um Zustimmung bitten",
  },
};
