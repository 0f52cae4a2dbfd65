import { grouped } from "../writing/grouped.ts";
import { template } from "./template.ts";

/** Goes to the address that somebody typed, and nowhere else. */
export const signInCode = template({
  kind: "sign_in",
  asks: "sign_in",
  atOnce: ["email"],
  words: {
    en: {
      subject: "Your sign-in code",
      lead: "This is your code to sign in to Pigeonhole:",
      valid: "It is valid for {minutes} minutes.",
      not_you: "If you did not ask for it, you need do nothing: without the code nobody can sign in.",
    },
    de: {
      subject: "Ihr Anmeldecode",
      lead: "Mit diesem Code melden Sie sich bei Pigeonhole an:",
      valid: "Er gilt {minutes} Minuten.",
      not_you: "Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun: Ohne den Code kann sich niemand anmelden.",
    },
    et: {
      subject: "Teie sisselogimiskood",
      lead: "Selle koodiga logite Pigeonhole'i sisse:",
      valid: "Kood kehtib {minutes} minutit.",
      not_you: "Kui Te seda ei küsinud, ei pea Te midagi tegema: ilma koodita ei saa keegi sisse logida.",
    },
  },
  compose: (say, { code, minutesLeft }) => ({
    subject: say("subject"),
    blocks: [
      { p: say("lead") },
      { code: grouped(code), label: say("code") },
      { p: say("valid", { minutes: String(minutesLeft) }) },
      { p: say("not_you") },
    ],
    short: () => `${say("code")}: ${grouped(code)}`,
    path: "/sign-in",
  }),
});
