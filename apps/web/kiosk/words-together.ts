import type { Words } from "@pigeonhole/ui/say";

const en = {
  "together.collect": {
    one: "{count} parcel is yours. Take it and push the door shut.",
    other: "All {count} parcels are yours. Take them all and push the door shut.",
  },
  "together.deliver": "There is a parcel for the same person already. Put yours in beside it and push the door shut.",
  "together.taken": { one: "Have you taken it?", other: "Have you taken all {count} parcels?" },
  "together.taken_body": "Door {door} is shut. If something is still inside, open it again now: your code opens it once more.",
} as const;

/** Several parcels of one person in one compartment (N5). */
export const words = {
  en,
  de: {
    "together.collect": {
      one: "{count} Paket gehört Ihnen. Nehmen Sie es heraus und drücken Sie die Tür zu.",
      other: "Alle {count} Pakete gehören Ihnen. Nehmen Sie alle heraus und drücken Sie die Tür zu.",
    },
    "together.deliver": "Hier liegt schon ein Paket für dieselbe Person. Legen Sie Ihres daneben und drücken Sie die Tür zu.",
    "together.taken": { one: "Haben Sie es herausgenommen?", other: "Haben Sie alle {count} Pakete herausgenommen?" },
    "together.taken_body": "Fach {door} ist zu. Liegt noch etwas darin, öffnen Sie es jetzt noch einmal: Ihr Code öffnet es noch ein Mal.",
  },
} satisfies Words<typeof en>;
