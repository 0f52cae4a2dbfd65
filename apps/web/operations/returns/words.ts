import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "Returns and sendings",
  "kind.return": "Return",
  "kind.sending": "Sending to somebody",
  carrier: "carrier {carrier}",
  door: "door {door}",
  until: "to be put in before {until}",
  "state.claiming": "a compartment is being bound",
  "state.ready": "to be put in",
  "state.cancelling": "being called off",
  "state.dropped_off": "in the locker, a courier comes",
  "state.missing": "not found",
  "state.retrieved": "with the carrier",
  "state.received": "arrived",
  "state.undelivered": "not collected, with the carrier",
  "state.cancelled": "called off",
  "state.lapsed": "not put in in time",
  "state.refused": "no compartment",
  proof: "signed entry {seq}",
} as const;

/** What operators read about what customers put in. */
export const words: Words<typeof en> = {
  en,
  de: {
    title: "Rücksendungen und Sendungen",
    "kind.return": "Rücksendung",
    "kind.sending": "Sendung an jemanden",
    carrier: "Transportunternehmen {carrier}",
    door: "Fach {door}",
    until: "einzulegen vor {until}",
    "state.claiming": "ein Fach wird reserviert",
    "state.ready": "einzulegen",
    "state.cancelling": "wird abgesagt",
    "state.dropped_off": "im Fach, ein Kurier kommt",
    "state.missing": "nicht gefunden",
    "state.retrieved": "beim Transportunternehmen",
    "state.received": "angekommen",
    "state.undelivered": "nicht abgeholt, beim Transportunternehmen",
    "state.cancelled": "abgesagt",
    "state.lapsed": "nicht rechtzeitig eingelegt",
    "state.refused": "kein Fach",
    proof: "signierter Eintrag {seq}",
  },
};
