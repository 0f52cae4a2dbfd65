import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: "Life of the station",
  now: "Now: {state}",
  final: "This station has been given up. That is final.",
  admin_only: "Only administrators change this.",
  provisioning: "Back to putting up",
  acceptance: "Begin the acceptance test",
  active: "Put into service",
  suspended: "Suspend",
  decommissioned: "Give the station up",
  "does.provisioning": "{station} goes back to being put up. It takes no parcels.",
  "does.acceptance": "{station} can be tried out by staff. It takes no parcels yet.",
  "does.active": "{station} is offered to everybody from now on.",
  "does.suspended":
    "{station} takes no new parcels and is offered to nobody. Parcels that lie in it can still be collected. Orders that wait for it stay with it.",
  "does.decommissioned":
    "{station} is cut off at once and for good: its certificate is revoked, and nothing that it says is believed any more. It cannot come back under this name.",
  orders: {
    one: "{count} order that waits for it moves to the nearest station with room, and its recipient is told. Where there is none within 5 km, it ends.",
    other:
      "{count} orders that wait for it move to the nearest stations with room, and their recipients are told. Those for which there is none within 5 km end.",
  },
  inside: {
    one: "{count} parcel lies in it: it has to be fetched from there. Suspend the station first and let it run empty.",
    other: "{count} parcels lie in it: they have to be fetched from there. Suspend the station first and let it run empty.",
  },
  empty: "Nothing lies in it, and nothing waits for it.",
  reason: "Why",
  reason_hint: "Stands in the audit trail. At least 3 letters.",
  inspection: "What the technician found",
  inspection_hint: "The station was tampered with: it serves again only after an inspection.",
  leave: "Leave it as it is",
} as const;

/** What is said about the life of a station. */
export const words = {
  en,
  de: {
    title: "Leben der Station",
    now: "Jetzt: {state}",
    final: "Diese Station wurde aufgegeben. Das ist endgültig.",
    admin_only: "Nur Administratoren ändern das.",
    provisioning: "Zurück in den Aufbau",
    acceptance: "Abnahme beginnen",
    active: "In Betrieb nehmen",
    suspended: "Stilllegen",
    decommissioned: "Station aufgeben",
    "does.provisioning": "{station} geht zurück in den Aufbau. Sie nimmt keine Pakete an.",
    "does.acceptance": "{station} kann vom Personal erprobt werden. Sie nimmt noch keine Pakete an.",
    "does.active": "{station} wird von jetzt an allen angeboten.",
    "does.suspended":
      "{station} nimmt keine neuen Pakete an und wird niemandem angeboten. Was darin liegt, kann weiter abgeholt werden. Bestellungen, die auf sie warten, bleiben bei ihr.",
    "does.decommissioned":
      "{station} wird sofort und für immer abgetrennt: Ihr Zertifikat wird widerrufen, und nichts, was sie sagt, wird mehr geglaubt. Unter diesem Namen kommt sie nicht wieder.",
    orders: {
      one: "{count} Bestellung, die auf sie wartet, geht an die nächste Station mit Platz, und wer sie erwartet, erfährt es. Gibt es im Umkreis von 5 km keine, so endet sie.",
      other:
        "{count} Bestellungen, die auf sie warten, gehen an die nächsten Stationen mit Platz, und wer sie erwartet, erfährt es. Wofür es im Umkreis von 5 km keinen gibt, das endet.",
    },
    inside: {
      one: "{count} Paket liegt darin und muss dort geholt werden. Legen Sie die Station erst still und lassen Sie sie leer werden.",
      other: "{count} Pakete liegen darin und müssen dort geholt werden. Legen Sie die Station erst still und lassen Sie sie leer werden.",
    },
    empty: "Nichts liegt darin, und nichts wartet auf sie.",
    reason: "Warum",
    reason_hint: "Steht im Prüfpfad. Mindestens 3 Buchstaben.",
    inspection: "Was die Technik gefunden hat",
    inspection_hint: "An der Station wurde manipuliert: Sie geht erst nach einer Prüfung wieder in Betrieb.",
    leave: "So lassen",
  },
} satisfies Words<typeof en>;
