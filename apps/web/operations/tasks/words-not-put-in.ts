import type { Words } from "@pigeonhole/ui/say";

const en = {
  title: { one: "{count} parcel that could not be put in", other: "{count} parcels that could not be put in" },
  none: "Every parcel went in",
  door: "door {door}",
  "reason.does_not_fit": "Does not fit",
  "reason.not_empty": "Door was not empty",
  "reason.will_not_close": "Door will not shut",
  "reason.will_not_open": "Door will not open",
  "reason.wrong_parcel": "Wrong parcel was put in",
  "reason.other": "Taken back by the courier",
  "reason.station_closed": "Station closed, no way in",
  "reason.cannot_reach": "Station cannot be reached",
  "reason.nobody_there": "Nobody let the courier in",
  "reason.station_dead": "Station does not work",
  "state.reported": "The station has to hear it; it is asked again by itself.",
  "state.released": "Another door is looked for by itself.",
  "state.proposed": "The courier is asked whether it goes to another station.",
  "state.taken_back": "{carrier} has it: to be planned again, or sent back.",
  "state.settled": "It has a place.",
} as const;

/** Parcels that could not be put in. */
export const words = {
  en,
  de: {
    title: { one: "{count} Paket konnte nicht eingelegt werden", other: "{count} Pakete konnten nicht eingelegt werden" },
    none: "Jedes Paket fand sein Fach",
    door: "Fach {door}",
    "reason.does_not_fit": "Passt nicht",
    "reason.not_empty": "Fach war nicht leer",
    "reason.will_not_close": "Tür geht nicht zu",
    "reason.will_not_open": "Tür geht nicht auf",
    "reason.wrong_parcel": "Falsches Paket eingelegt",
    "reason.other": "Vom Kurier mitgenommen",
    "reason.station_closed": "Station geschlossen, kein Zugang",
    "reason.cannot_reach": "Station nicht zu erreichen",
    "reason.nobody_there": "Niemand ließ den Kurier hinein",
    "reason.station_dead": "Station funktioniert nicht",
    "state.reported": "Die Station muss es erfahren; sie wird von selbst wieder gefragt.",
    "state.released": "Ein anderes Fach wird von selbst gesucht.",
    "state.proposed": "Der Kurier wird gefragt, ob es zu einer anderen Station geht.",
    "state.taken_back": "{carrier} hat es: neu zu planen oder zurückzusenden.",
    "state.settled": "Es hat einen Platz.",
  },
} satisfies Words<typeof en>;
