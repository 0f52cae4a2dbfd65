import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "Before it is given out",
  age_check: "Age {age} or older",
  "age_check.proxy": "Age {age} or older, of somebody who collects for its owner",
  cash_on_delivery: "{amount} on delivery",
  "state.open": "missing: the code does not open",
  "state.met": "done",
  "state.over": "not asked any more",
  by: "{how}, attested by: {who}",
  attest: "Attest it",
  "means.age_check":
    "The code of this person opens the door from then on, and that cannot be taken back. Attest only what you have seen yourself. Write down nothing of the document: who, how and when is kept.",
  "means.cash_on_delivery":
    "Every code for this parcel opens the door from then on, and that cannot be taken back. Attest only what has arrived in full.",
  how: "How do you know?",
  "how.eid": "electronic identity",
  "how.document_seen": "a document was shown",
  "how.identity_provider": "an identity provider says so",
  "how.card": "card",
  "how.bank_transfer": "bank transfer",
  "how.wallet": "wallet",
  "how.cash": "cash",
} as const;

/** What has to happen before a parcel is given out (N11). */
export const words = {
  en,
  de: {
    title: "Bevor es ausgegeben wird",
    age_check: "Mindestens {age} Jahre alt",
    "age_check.proxy": "Mindestens {age} Jahre alt: wer für den Empfänger abholt",
    cash_on_delivery: "{amount} bei Lieferung",
    "state.open": "fehlt: der Code öffnet nicht",
    "state.met": "erledigt",
    "state.over": "nicht mehr verlangt",
    by: "{how}, bezeugt von: {who}",
    attest: "Bezeugen",
    "means.age_check":
      "Der Code dieser Person öffnet von da an die Tür, und das lässt sich nicht zurücknehmen. Bezeugen Sie nur, was Sie selbst gesehen haben. Schreiben Sie nichts vom Ausweis ab: Festgehalten wird, wer, wie und wann.",
    "means.cash_on_delivery":
      "Jeder Code für dieses Paket öffnet von da an die Tür, und das lässt sich nicht zurücknehmen. Bezeugen Sie nur, was ganz eingegangen ist.",
    how: "Woher wissen Sie es?",
    "how.eid": "elektronischer Ausweis",
    "how.document_seen": "Ausweis wurde gezeigt",
    "how.identity_provider": "ein Identitätsdienst sagt es",
    "how.card": "Karte",
    "how.bank_transfer": "Überweisung",
    "how.wallet": "Wallet",
    "how.cash": "bar",
  },
} satisfies Words<typeof en>;
