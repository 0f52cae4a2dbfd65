import type { channels, messageStates, TemplateName } from "@pigeonhole/notifications/contract";
import type { Words } from "@pigeonhole/ui/say";

type Key = `msg.${TemplateName}` | `channel.${(typeof channels)[number]}` | `state.${(typeof messageStates)[number]}`;

const en = {
  "msg.sign_in_code": "sign-in code",
  "msg.pickup_ready": "code to collect",
  "msg.code_reissued": "fresh code",
  "msg.window_extended": "more time",
  "msg.moved": "another station",
  "msg.station_gone": "station given up",
  "msg.collected": "receipt",
  "channel.email": "e-mail",
  "channel.sms": "SMS",
  "channel.push": "push",
  "state.waiting": "waiting",
  "state.sent": "sent",
  "state.failed": "failed",
} as const satisfies Record<Key, string>;

/** What messages, their channels and states are called, for whoever reads the log of them. */
export const words: Words<typeof en> = {
  en,
  de: {
    "msg.sign_in_code": "Anmeldecode",
    "msg.pickup_ready": "Abholcode",
    "msg.code_reissued": "neuer Code",
    "msg.window_extended": "mehr Zeit",
    "msg.moved": "andere Station",
    "msg.station_gone": "Station aufgegeben",
    "msg.collected": "Quittung",
    "channel.email": "E-Mail",
    "channel.sms": "SMS",
    "channel.push": "Push",
    "state.waiting": "wartet",
    "state.sent": "gesendet",
    "state.failed": "gescheitert",
  },
};
