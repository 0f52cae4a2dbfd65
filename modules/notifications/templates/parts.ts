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
/** What has to happen before the code opens (N11), and where. */
export const missing = (say: Say<never>, { missing: asked, parcel }: AboutCode): Block[] =>
  asked.flatMap((each) => [
    {
      p:
        each.kind === "age_check"
          ? say("missing_age", { age: String(each.minimumAge) })
          : say("missing_payment", { amount: say.money(each.amountMinor, each.currency) }),
    },
    { link: each.url ?? `/parcels/${parcel}`, label: say("missing_where") },
  ]);
/** The same after the sentence of a text message. */
export const shortMissing = (say: Say<never>, { missing: asked }: AboutCode): string =>
  asked
    .map((each) =>
      each.kind === "age_check"
        ? ` ${say("short_age", { age: String(each.minimumAge) })}`
        : ` ${say("short_payment", { amount: say.money(each.amountMinor, each.currency) })}`,
    )
    .join("");
