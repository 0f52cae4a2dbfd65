import type { Words } from "@pigeonhole/ui/say";

const en = {
  somebody: "Courier …{id}",
  audit: "What they did, in the audit trail",
  none: "No routes",
  none_body: "This courier has never had one, or there is no such courier.",
  "route.planned": "planned",
  "route.active": "under way",
  "route.done": "done",
  door: "door {door}",
  "drop.open": "to bring",
  "drop.opened": "door opened",
  "drop.deposited": "put in",
  "drop.skipped": "taken back",
  "out.open": "to be planned",
  "out.assigned": "to take out",
  "out.opened": "door opened to take out",
  "out.missing": "not found there",
  "out.taken_out": "taken out",
  "out.cancelled": "no longer needed",
} as const;

/** What the page of a courier says. */
export const words = {
  en,
  de: {
    somebody: "Kurier …{id}",
    audit: "Was getan wurde, im Prüfpfad",
    none: "Keine Touren",
    none_body: "Dieser Kurier hatte noch keine, oder es gibt ihn nicht.",
    "route.planned": "geplant",
    "route.active": "unterwegs",
    "route.done": "fertig",
    door: "Fach {door}",
    "drop.open": "zu bringen",
    "drop.opened": "Fach geöffnet",
    "drop.deposited": "eingelegt",
    "drop.skipped": "mitgenommen",
    "out.open": "einzuplanen",
    "out.assigned": "herauszunehmen",
    "out.opened": "Fach zum Herausnehmen geöffnet",
    "out.missing": "lag nicht darin",
    "out.taken_out": "herausgenommen",
    "out.cancelled": "nicht mehr nötig",
  },
} satisfies Words<typeof en>;
