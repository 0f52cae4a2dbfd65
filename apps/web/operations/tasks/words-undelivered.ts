import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: { one: "{count} sending to be brought back", other: "{count} sendings to be brought back" },
  none: "No sending has to be brought back",
  about: "Nobody collected it. Its carrier has it, was told by webhook, and owes it to whoever sent it; the sender was told to ask for it.",
  owner: "with {carrier}; put in at {station}",
  nobody: "nobody",
  back: "It is back with its sender",
} as const;

/** What is said of sendings that nobody collected. */
export const words = {
  en,
  de: {
    title: { one: "{count} Sendung zurückzubringen", other: "{count} Sendungen zurückzubringen" },
    none: "Keine Sendung ist zurückzubringen",
    about:
      "Niemand hat sie abgeholt. Das Transportunternehmen hat sie, wurde per Webhook benachrichtigt und schuldet sie der Person, die sie abgeschickt hat; dieser wurde gesagt, wo sie fragen kann.",
    owner: "bei {carrier}; eingelegt in {station}",
    nobody: "niemandem",
    back: "Sie ist zurück beim Absender",
  },
} satisfies Words<typeof en>;
