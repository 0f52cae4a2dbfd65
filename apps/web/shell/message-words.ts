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
  "msg.opened_by_staff": "door opened by staff",
  "msg.collected": "receipt",
  "msg.follow_up": "once more, unseen",
  "msg.two_days_left": "reminder, two days before",
  "msg.one_day_left": "reminder, a day before",
  "msg.last_warning": "last warning",
  "msg.expired": "time is over",
  "channel.email": "e-mail",
  "channel.sms": "SMS",
  "channel.push": "push",
  "state.stands_by": "stands by",
  "state.waiting": "waiting",
  "state.sent": "sent",
  "state.delivered": "delivered",
  "state.bounced": "came back",
  "state.failed": "failed",
  "state.void": "not needed any more",
  "state.acknowledged": "opened",
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
    "msg.opened_by_staff": "Tür vom Betreiber geöffnet",
    "msg.collected": "Quittung",
    "msg.follow_up": "noch einmal, ungesehen",
    "msg.two_days_left": "Erinnerung, zwei Tage vorher",
    "msg.one_day_left": "Erinnerung, einen Tag vorher",
    "msg.last_warning": "letzte Warnung",
    "msg.expired": "Zeit ist um",
    "channel.email": "E-Mail",
    "channel.sms": "SMS",
    "channel.push": "Push",
    "state.stands_by": "steht bereit",
    "state.waiting": "wartet",
    "state.sent": "gesendet",
    "state.delivered": "zugestellt",
    "state.bounced": "kam zurück",
    "state.failed": "gescheitert",
    "state.void": "nicht mehr nötig",
    "state.acknowledged": "geöffnet",
  },
};
