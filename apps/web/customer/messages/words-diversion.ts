import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "When a locker has no room",
  near: "Bring it to a locker near by",
  "hint.unsaid":
    "If no door is free when the courier comes, they may bring it to a locker within a walk, and you are told at once. Turn it off if you do not want that.",
  "hint.near":
    "You have agreed: if no door is free when the courier comes, they bring it to a locker within a walk, and you are told at once.",
  "hint.never": "Off: if no door is free when the courier comes, it goes back with them and is brought to your locker again, later.",
  saved: "Saved, for every parcel from now on.",
} as const;

/** What holds when no door is free for a parcel (N6). */
export const words: Words<typeof en> = {
  en,
  de: {
    title: "Wenn ein Schließfach voll ist",
    near: "In ein Schließfach in der Nähe bringen",
    "hint.unsaid":
      "Ist kein Fach frei, wenn der Bote kommt, darf er es in ein Schließfach zu Fuß in der Nähe bringen; Sie erfahren es sofort. Schalten Sie das aus, wenn Sie es nicht möchten.",
    "hint.near":
      "Sie haben zugestimmt: Ist kein Fach frei, bringt der Bote es in ein Schließfach zu Fuß in der Nähe; Sie erfahren es sofort.",
    "hint.never": "Aus: Ist kein Fach frei, nimmt der Bote es wieder mit und bringt es später noch einmal zu Ihrem Schließfach.",
    saved: "Gespeichert, für jedes Paket von jetzt an.",
  },
};
