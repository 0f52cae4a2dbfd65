import type { TemplateName } from "./contract.ts";
import { overtaken, type Outcome } from "./domain.ts";
import type { Notifications } from "./needs.ts";
import type { MessageRow } from "./queries/messages.ts";
import { templates } from "./templates/all.ts";
import type { About, AboutCode, AboutSignIn, AboutWindow, Place } from "./templates/template.ts";
import { grouped } from "./writing/grouped.ts";

/** What a message says, or why it is not to be said any more. */
export type Asked = { readonly about: About | AboutCode | AboutSignIn } | Outcome;

/** Of what is about the system as a whole. */
const nowhere: Place = { name: "", address: null, lat: 0, lon: 0, timeZone: "UTC", supportPhone: null };

async function placeOf({ network }: Notifications, station: string): Promise<Place> {
  const found = await network.stations[":station"].$get({ param: { station } });
  if (found.status !== 200) throw new Error(`where a parcel lies: network answered ${found.status}`);
  return found.json();
}

/** Asks the neighbours when the message leaves: what it says is true then, and a code lives in no row of this module but the sealed message itself. */
export async function ask(needs: Notifications, message: MessageRow): Promise<Asked> {
  if (message.sealed_needs === null) throw new Error(`message ${message.id} has lost what it was to say`);
  const known = await needs.boxes.needs.read(needs.db, message.id, message.sealed_needs);
  if ("code" in known) {
    const minutesLeft = Math.round((new Date(known.expiresAt).getTime() - needs.now().getTime()) / 60_000);
    return minutesLeft < 1 ? overtaken("the code expired before it could be sent") : { about: { code: known.code, minutesLeft } };
  }
  const place = known.station === null ? nowhere : await placeOf(needs, known.station);
  const former = known.former === null ? {} : { former: (await placeOf(needs, known.former)).name };
  const about: About = {
    parcel: message.parcel,
    name: known.name,
    number: grouped(known.number),
    place,
    where: [place.name, place.address].filter(Boolean).join(", "),
    at: new Date(known.at),
    details: { ...known.details, ...former },
  };
  const { asks } = templates[message.template];
  if (asks === "drop_off") return askDropOff(needs, message, about);
  return asks === "nothing" ? { about } : askAccess(needs, message, message.template, about);
}

async function askDropOff({ dropOffs }: Notifications, message: MessageRow, about: About): Promise<Asked> {
  const shown = await dropOffs.internal.access.returns[":id"]["drop-off"].$get({ param: { id: about.details["return"]! } });
  if (shown.status === 404 || shown.status === 410) return overtaken("nothing can be put in with this code any more");
  if (shown.status !== 200) throw new Error(`the code of a drop-off: access answered ${shown.status}`);
  const { code, qr, expiresAt, generation } = await shown.json();
  if (message.generation !== null && generation > message.generation) return overtaken("a newer code has taken its place");
  return { about: { ...about, code: grouped(code), qr, expiresAt: new Date(expiresAt), missing: [] } };
}

async function askAccess({ access }: Notifications, message: MessageRow, template: TemplateName, about: About): Promise<Asked> {
  const shown = await access.parcels[":parcel"].pickup.$get({ param: { parcel: message.parcel! } });
  if (shown.status === 404 || shown.status === 410) return overtaken("the parcel can no longer be collected with a code");
  if (shown.status !== 200) throw new Error(`code of a parcel: access answered ${shown.status}`);
  const { code, qr, expiresAt, generation, missing } = await shown.json();
  const withWindow: AboutWindow = { ...about, expiresAt: new Date(expiresAt) };
  if (templates[template].asks === "window") return { about: withWindow };
  if (message.generation !== null && generation > message.generation) return overtaken("a newer code has taken its place");
  return { about: { ...withWindow, code: grouped(code), qr, missing } };
}
