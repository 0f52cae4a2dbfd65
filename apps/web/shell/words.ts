import type { Words } from "@pigeonhole/ui/say";

const en = {
  language: "Language",
  theme: "Appearance",
  "theme.system": "As the device",
  "theme.light": "Light",
  "theme.dark": "Dark",
} as const;

/** The words around every screen. */
export const words: Words<typeof en> = {
  en,
  de: { language: "Sprache", theme: "Darstellung", "theme.system": "Wie das Gerät", "theme.light": "Hell", "theme.dark": "Dunkel" },
};
