import type { Say } from "../writing/say.ts";
import type { About, AboutCode, AboutWindow, Block, Place } from "./template.ts";

// What several messages are made of.

/** A route on foot from wherever the reader is; opened only when the reader follows it. */
const directionsTo = ({ lat, lon }: Place): string =>
  `https://www.openstreetmap.org/directions?engine=fossgis_osrm_foot&route=%3B${lat}%2C${lon}`;

export const hello = (say: Say<never>, { name }: About): Block => ({ p: say("hello", { name }) });
export const whereIs = (say: Say<never>, { where }: About): Block => ({ p: `${say("where")}: ${where}` });
export const wayThere = (say: Say<never>, about: About): Block[] => [
  whereIs(say, about),
  { link: directionsTo(about.place), label: say("directions") },
];
export const until = (say: Say<never>, { expiresAt, place }: AboutWindow): Block => ({
  p: say("until", { until: say.time(expiresAt, place.timeZone) }),
});
export const shortUntil = (say: Say<never>, { expiresAt, place }: AboutWindow): string => say.shortTime(expiresAt, place.timeZone);
/** The code, how to use it, and the QR code. */
export const codeAndQr = (say: Say<never>, { code, qr }: AboutCode): Block[] => [
  { code, label: say("code") },
  { p: say("how") },
  { qr, label: say("qr") },
];
