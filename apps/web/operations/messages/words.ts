import type { Words } from "@pigeonhole/ui/say";

const en = {
  messages: "Messages",
  none: "Nobody has been told anything yet",
  attempts: { one: "{count} attempt", other: "{count} attempts" },
} as const;

/** The words of what was told to people, as operators see it. */
export const words: Words<typeof en> = {
  en,
  de: {
    messages: "Nachrichten",
    none: "Noch hat niemand eine Nachricht bekommen",
    attempts: { one: "{count} Versuch", other: "{count} Versuche" },
  },
};
