import type { Tx } from "@pigeonhole/kit/db";
import { publicKeyOf } from "@pigeonhole/protocol/envelope";
import { renewBeforeDays } from "@pigeonhole/protocol/certificates";
import { requestOf, type Ca } from "./certificates.ts";
import * as queries from "./queries/enrolment.ts";
import type { Tables } from "./tables.ts";

/**
 * The next certificate of a station for the key that it has, when the present one ends soon; asked again, the same one again, for the answer may
 * have been lost. Undefined when it is too early or the station is cut off. The former certificate stays good until it expires.
 */
export async function renew(
  tx: Tx<Tables>,
  station: string,
  { ca, at }: { readonly ca: Ca; readonly at: Date },
): Promise<string | undefined> {
  const present = await queries.lockCertificate(tx, station, at);
  if (!present) return undefined;
  const soon = at.getTime() + renewBeforeDays * 86_400_000;
  // A station that asks with a former one has not heard of its successor.
  if (present.expires_at.getTime() > soon) return present.hasFormer ? present.certificate : undefined;
  const key = publicKeyOf(present.public_key);
  const issued = await ca.issue(requestOf(key), station, at);
  await queries.replaceCertificate(tx, present, issued, at);
  return issued.certificate;
}
