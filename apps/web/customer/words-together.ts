import type { Words } from "@pigeonhole/ui/say";

const en = {
  "together.title": { one: "{count} parcel in this compartment, one code", other: "{count} parcels in this compartment, one code" },
  "together.body": "The code opens the door once for all of them: take them all. Whoever may collect one of them collects what is there.",
  "together.inside": "Parcel {number}: inside",
  "together.coming": "Parcel {number}: on its way into the same compartment",
} as const;

/** Several parcels of one person in one compartment (N5). */
export const words = {
  en,
  de: {
    "together.title": { one: "{count} Paket in diesem Fach, ein Code", other: "{count} Pakete in diesem Fach, ein Code" },
    "together.body":
      "Der Code öffnet die Tür ein Mal für alle: Nehmen Sie alle heraus. Wer eines davon abholen darf, holt ab, was darin liegt.",
    "together.inside": "Paket {number}: liegt darin",
    "together.coming": "Paket {number}: unterwegs in dasselbe Fach",
  },
} satisfies Words<typeof en>;
