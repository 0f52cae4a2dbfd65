import type { Words } from "@pigeonhole/ui/say";

const en = {
  "outage.away": "This station has been without network since {since}",
  "outage.away_body":
    "It works by itself: a typed code and a QR code open the door as usual. Opening from the phone does not work now, and what happens there is shown here later.",
  "outage.power": "This station has been without power since {since}",
  "outage.power_body": "Its screen is dark and no door opens. What is inside is safe.",
  "outage.tamper": "Somebody has tampered with this station; out of use since {since}",
  "outage.tamper_body": "It opens no door until a technician has looked at it. What is inside is safe.",
  "outage.door": "Door {door} has not opened since {since}",
  "outage.door_body": "Somebody has been told. What is inside is safe.",
  "outage.clock": "The time to collect stands still meanwhile; we tell you the new end.",
  "outage.short_away": "no network since {since}; codes work",
  "outage.short_other": "out of use since {since}",
  "outage.past": { one: "{count} outage in the last 30 days", other: "{count} outages in the last 30 days" },
  "outage.none": "No outage in the last 30 days",
  "cause.away": "no network, codes worked",
  "cause.power": "no power",
  "cause.tamper": "tampered with",
  "cause.door": "a door did not open",
} as const;

/** When a station could not be used, and what worked all the same (N15). */
export const words = {
  en,
  de: {
    "outage.away": "Diese Station ist seit {since} ohne Netz",
    "outage.away_body":
      "Sie arbeitet für sich: Getippter Code und QR-Code öffnen die Tür wie sonst. Öffnen vom Telefon geht gerade nicht, und was dort geschieht, steht hier erst später.",
    "outage.power": "Diese Station ist seit {since} ohne Strom",
    "outage.power_body": "Ihr Bildschirm ist dunkel und keine Tür öffnet. Was darin liegt, ist sicher.",
    "outage.tamper": "Jemand hat sich an dieser Station zu schaffen gemacht; seit {since} außer Betrieb",
    "outage.tamper_body": "Sie öffnet keine Tür, bis ein Techniker sie geprüft hat. Was darin liegt, ist sicher.",
    "outage.door": "Fach {door} öffnet seit {since} nicht",
    "outage.door_body": "Jemand weiß Bescheid. Was darin liegt, ist sicher.",
    "outage.clock": "Die Abholfrist steht so lange still; wir nennen Ihnen das neue Ende.",
    "outage.short_away": "ohne Netz seit {since}; Codes gehen",
    "outage.short_other": "außer Betrieb seit {since}",
    "outage.past": { one: "{count} Ausfall in den letzten 30 Tagen", other: "{count} Ausfälle in den letzten 30 Tagen" },
    "outage.none": "Kein Ausfall in den letzten 30 Tagen",
    "cause.away": "ohne Netz, Codes gingen",
    "cause.power": "ohne Strom",
    "cause.tamper": "manipuliert",
    "cause.door": "eine Tür öffnete nicht",
  },
} satisfies Words<typeof en>;
