import type { Words } from "@pigeonhole/ui/say";

const en = {
  "open.title": "Standing at the locker?",
  "open.button": "Open my door now",
  "open.how": "Asks where your phone is, so that no door opens behind your back. Typing the code or showing the QR code works too.",
  "open.opened": "Your door is open",
  "open.opened_body": "Take your parcel and push the door shut.",
  "open.unknown": "We do not know whether your door opened",
  "open.unknown_body": "Please look at the doors. If yours is shut, type your code at the locker.",
  "open.refused": "The locker did not open your door",
  "open.refused_body": "Please type your code at the locker, or call the number on its screen.",
  "open.refused_busy": "Another door is open. Please push it shut and try again.",
  "open.often": "Too many tries from this phone",
  "open.often_body": "Your code and your QR code open the door as before.",
  "open.away": "The locker is out of reach from here",
  "open.away_body": "Nothing was opened. Your code works at the locker all the same: it needs no connection.",
  "open.condition": "Something is missing before this door opens. The page says what; reload it if it does not yet.",
  "open.number": "Number on the locker's screen",
  "open.number_hint": "Four digits, a new one each minute.",
  "open.number_wrong": "That is not the number on the screen now.",
  "open.not_there": "Your phone could not show that you stand at the locker. Type the number that its screen shows.",
} as const;

const de: Words<typeof en>["de"] = {
  "open.title": "Stehen Sie vor der Station?",
  "open.button": "Mein Fach jetzt öffnen",
  "open.how": "Fragt, wo Ihr Handy ist, damit kein Fach hinter Ihrem Rücken aufgeht. Code tippen oder QR-Code zeigen geht ebenso.",
  "open.opened": "Ihr Fach ist offen",
  "open.opened_body": "Nehmen Sie Ihr Paket und drücken Sie die Tür zu.",
  "open.unknown": "Wir wissen nicht, ob Ihr Fach aufging",
  "open.unknown_body": "Bitte sehen Sie nach. Ist Ihr Fach zu, tippen Sie Ihren Code an der Station.",
  "open.refused": "Die Station hat Ihr Fach nicht geöffnet",
  "open.refused_body": "Bitte tippen Sie Ihren Code an der Station, oder rufen Sie die Nummer auf ihrem Bildschirm an.",
  "open.refused_busy": "Ein anderes Fach steht offen. Bitte drücken Sie es zu und versuchen Sie es noch einmal.",
  "open.often": "Zu viele Versuche von diesem Handy",
  "open.often_body": "Ihr Code und Ihr QR-Code öffnen das Fach wie bisher.",
  "open.away": "Die Station ist von hier nicht erreichbar",
  "open.away_body": "Es wurde nichts geöffnet. Ihr Code gilt an der Station trotzdem: Sie braucht dafür keine Verbindung.",
  "open.condition": "Bevor diese Tür sich öffnet, fehlt noch etwas. Die Seite sagt, was; laden Sie sie neu, wenn es noch nicht dasteht.",
  "open.number": "Zahl auf dem Bildschirm der Station",
  "open.number_hint": "Vier Ziffern, jede Minute andere.",
  "open.number_wrong": "Das ist nicht die Zahl, die jetzt auf dem Bildschirm steht.",
  "open.not_there": "Ihr Handy konnte nicht zeigen, dass Sie vor der Station stehen. Tippen Sie die Zahl, die auf ihrem Bildschirm steht.",
};

/** The words of opening a door from a phone. */
export const words: Words<typeof en> = { en, de };
